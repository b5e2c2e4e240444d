import { describe, expect, test } from 'bun:test'
import type { ApiKeyRecord } from '../../../src/store/api-keys'
import { judgeKey } from '../../../src/suite/transfer/restore'
import { apiKey } from '../../store/conformance/records'

const withHashes = (...hashes: string[]): ApiKeyRecord =>
  apiKey(1, { secrets: hashes.map((hash) => ({ hash, until: null })) })
const revoked = (key: ApiKeyRecord): ApiKeyRecord => ({ ...key, revokedAt: key.createdAt + 1 })

const first = withHashes('first')
const rotated = withHashes('second', 'first')
const settled = withHashes('second')
const twice = withHashes('third', 'second')

describe('a key of an export', () => {
  test.each([
    ['is taken where there is none', null, first, 'imported'],
    ['is known when it comes again', first, first, 'already_there'],
    ['is taken with the revocation that stands in it', rotated, revoked(first), 'imported'],
    ['doesn’t bring a revoked one back', revoked(first), rotated, 'newer_kept'],
    ['is known when both are revoked', revoked(first), revoked(rotated), 'already_there'],
    ['is taken if it was rotated since', first, rotated, 'imported'],
    ['is older if it was rotated here since', rotated, first, 'newer_kept'],
    ['is older also if its first secret has ended here', twice, rotated, 'newer_kept'],
    ['is known when only the former secret has ended meanwhile', rotated, settled, 'already_there'],
    ['is kept out where neither comes out of the other', first, twice, 'newer_kept'],
  ] as const)('%s', (_, stored, key, outcome) => {
    expect(judgeKey(stored, key)).toBe(outcome)
  })
})
