/** Turns to replace a token: leases that name the token, and end with its company's code. */
import type { Lease } from '../lease'
import { corpTokenKinds, type TokenKey } from '../token-record'
import type { Leases } from './leases'

export interface TokenTurns {
  take(key: TokenKey, ttlMs: number): Lease | null
  /** Whether a write under this turn counts: nobody took one after it, and it was not ended. */
  isLast(key: TokenKey, turn: Lease): boolean
  end(key: TokenKey): void
  /** The company's code goes: what is fetched with it is nobody's token any more. */
  endOfCorp(suiteId: string, corpid: string): void
}

const nameOf = ({ suiteId, corpid, kind }: TokenKey) => `${suiteId} ${corpid ?? ''} ${kind}`

/** @param leases of their own: no other lease has such a name */
export const createTokenTurns = (leases: Leases): TokenTurns => ({
  take: (key, ttlMs) => leases.take(nameOf(key), ttlMs),
  isLast: (key, turn) => leases.isLast(nameOf(key), turn),
  end: (key) => leases.end(nameOf(key)),
  endOfCorp: (suiteId, corpid) => {
    for (const kind of corpTokenKinds) leases.end(nameOf({ suiteId, corpid, kind }))
  },
})
