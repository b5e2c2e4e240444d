/** What tests of imports share: bytes in pieces, and refusals that are ours. */
import { expect } from 'bun:test'
import { ServiceError } from '../../src/errors'

/** What came of it; a failure must be one of ours. */
export const outcomeOf = async <T>(work: () => T | Promise<T>): Promise<T | null> => {
  try {
    return await work()
  } catch (error) {
    expect(error).toBeInstanceOf(ServiceError)
    expect((error as ServiceError).code).toBe('invalid_request')
    return null
  }
}

/** The bytes, so many at a time. */
export const pieces = async function* (bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
