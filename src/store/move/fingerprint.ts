/** The fingerprint of many records, whatever their order: how many, and what they say. No I/O. */
import { createHash } from 'node:crypto'
import { isJsonObject } from '../../json-object'

export interface Fingerprint {
  readonly count: number
  /** In hex. */
  readonly digest: string
}

const modulus = 1n << 256n

/** With the members of each object in one order, whichever it had. */
const inOrder = (_: string, value: unknown): unknown =>
  isJsonObject(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value

/** U+0000 is left out: not every store takes it in texts that are for reading alone. */
const textOf = (record: object): string => JSON.stringify(record, inOrder).replaceAll('\\u0000', '')

/** Adds records up. */
export const createFingerprint = () => {
  let count = 0
  let sum = 0n
  return {
    add(record: object): void {
      const hash = createHash('sha256').update(textOf(record)).digest('hex')
      sum = (sum + BigInt(`0x${hash}`)) % modulus
      count += 1
    },
    end: (): Fingerprint => ({ count, digest: sum.toString(16) }),
  }
}

/** Whether two stand for the same records. */
export const isSame = (a: Fingerprint, b: Fingerprint): boolean =>
  a.count === b.count && a.digest === b.digest
