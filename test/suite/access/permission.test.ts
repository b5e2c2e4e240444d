import { expect, test } from 'bun:test'
import type { ApiKeyRecord } from '../../../src/store/api-keys'
import { refusalOf } from '../../../src/suite/access/permission'

const key: ApiKeyRecord = {
  version: 1,
  id: 'Qm3xTt9mQ0cWqxv7',
  name: 'hr',
  scopes: ['proxy'],
  suites: null,
  corps: null,
  methods: null,
  paths: ['contacts:read', '/cgi-bin/media/'],
  perMinute: null,
  expiresAt: null,
  createdAt: 0,
  revokedAt: null,
  secrets: [],
  lastUsedAt: null,
  uses: 0,
}

/** What the holder of a key with these paths is told of a call to another one. */
const refusalWith = (paths: string[]) =>
  refusalOf(
    { kind: 'key', key: { ...key, paths } },
    {
      scopes: ['proxy'],
      reach: { suiteKey: null, corpid: null },
      call: { method: 'POST', path: '/cgi-bin/message/send' },
    },
  )?.message

test('whoever calls another path is told which it may call', () => {
  expect(refusalWith(['contacts:read', '/cgi-bin/media/'])).toBe(
    'This key may not call this path. It may call contacts:read or /cgi-bin/media/.',
  )
})

test('of many paths the first are named, and how many more there are', () => {
  const paths = Array.from({ length: 1000 }, (_, n) => `/cgi-bin/user/get${n}`)
  expect(refusalWith(paths)).toEndWith('/cgi-bin/user/get5 or 994 more.')
})
