import { expect, test } from 'bun:test'
import { settingsDigest } from '../../src/runtime/settings-digest'
import { warningsFor } from '../../src/runtime/warnings'
import { accepted, pair } from '../config/reading'

const env = {
  ...pair,
  SUITED_ADMIN_TOKEN: 'an-admin-token-for-the-tests',
  SUITED_TRUSTED_DOMAINS: 'app.example.com',
  SUITED_HOST: '127.0.0.1',
  SUITED_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
}
const configWith = (more: Readonly<Record<string, string>>) =>
  accepted({ env: { ...env, ...more } })
const digestWith = (more: Readonly<Record<string, string>>) => settingsDigest(configWith(more))

test('replicas with the same settings have one digest, whatever their machines have', () => {
  const own = { SUITED_PORT: '9000', SUITED_DATA_DIR: '/srv', SUITED_LOG_LEVEL: 'debug' }
  expect(digestWith(own)).toBe(digestWith({}))
})

test.each([
  { WECOM_SUITE_ID: 'ww0000000000000002' },
  { WECOM_SUITE_SECRET: 'another' },
  { SUITED_EVENT_RETENTION_DAYS: '7' },
  { SUITED_ENCRYPTION_KEY: Buffer.alloc(32, 8).toString('base64') },
])('other settings have another digest: %j', (more) => {
  expect(digestWith(more)).not.toBe(digestWith({}))
})

const warningsOn = (SUITED_STORE: string) => warningsFor(configWith({ SUITED_STORE }), [])

test.each([
  'postgres://suited:secret@db.example.com/suited',
  'postgres://suited:secret@10.0.0.7:5432/suited?sslmode=require',
])('a database elsewhere that proves nothing is worth a word: %s', (store) => {
  const [warning, ...others] = warningsOn(store)
  expect([warning, others]).toEqual([expect.stringContaining('sslmode=verify-full'), []])
  expect(warning).not.toContain('secret@')
})

test.each([
  'postgres://suited@127.0.0.1/suited',
  'postgres://suited@[::1]:5432/suited',
  'postgres://suited@localhost/suited',
  'postgres://suited@db.example.com/suited?sslmode=verify-full',
])('one that is here, or proves who it is, is not: %s', (store) => {
  expect(warningsOn(store)).toEqual([])
})
