/**
 * The limit of guesses at the admin token and at API keys: guessing is slowed, in such a way that
 * no stranger's guesses keep out whoever has the right one.
 */
import { type Clock, secondMs } from '../../clock'
import type { ThrottledLog } from '../../throttled-log'
import type { Client } from '../request/client-address'
import { networkAround } from '../request/client-network'
import { addressesOfNetwork } from '../request/rate-limit'
import { createWindowCounter } from '../request/window-counter'

/** What a client shows. Who has a key may still be guessing at the admin token. */
export type Shown = 'admin_token' | 'key'

export interface GuessLimit {
  /**
   * Whether what this client shows is looked at: a right token is always seen from an address that
   * has shown one of its kind before, and from a proxy that names nobody, since strangers and
   * operators may share both.
   */
  isLookedAt(client: Client, shown: Shown): boolean
  /** When a client that has shown too many may try again, in seconds; null if it may now. */
  waitSeconds(client: Client): number | null
  countWrong(client: Client): void
  rememberRight(client: Client, shown: Shown): void
}

/** Short, so that whoever mistyped is soon let in again. */
const windowMs = 10 * secondMs
/** Wrong tokens that one address may show in a window before its tokens aren't looked at. */
const wrongPerAddress = 10
/** The same of an IPv6 /48, whose holder has 65,536 addresses. */
const wrongPerNetwork = wrongPerAddress * addressesOfNetwork
/** Once all addresses together have shown so many, each may show one. */
const wrongOfAll = 300
const wrongPerAddressThen = 1
/**
 * Addresses that are known to have a right one, each kind by itself; none but their holders can add
 * to them.
 */
const mostKnown = 1000

export const createGuessLimit = (parts: {
  readonly clock: Clock
  /** For what strangers can make us log, from as many addresses as they have. */
  readonly throttledLog: ThrottledLog
}): GuessLimit => {
  const { clock, throttledLog } = parts
  const wrong = createWindowCounter({ windowMs, clock })
  const wrongAnywhere = createWindowCounter({ windowMs, clock })
  const known = new Set<string>()

  const mostWrong = () =>
    wrongAnywhere.count('all') >= wrongOfAll ? wrongPerAddressThen : wrongPerAddress

  /** The address, or the network around it, that has shown too many; null if neither has. */
  const spentOf = ({ address }: Client): string | null => {
    if (wrong.count(address) >= mostWrong()) return address
    const network = networkAround(address)
    return network !== null && wrong.count(network) >= wrongPerNetwork ? network : null
  }

  return {
    isLookedAt: (client, shown) =>
      client.isProxy || known.has(`${shown} ${client.address}`) || spentOf(client) === null,
    waitSeconds(client) {
      const spent = spentOf(client)
      return spent === null ? null : wrong.endsInSeconds(spent)
    },
    countWrong(client) {
      const { address } = client
      wrong.add(address)
      const network = networkAround(address)
      if (network !== null) wrong.add(network)
      wrongAnywhere.add('all')
      const spent = spentOf(client)
      if (spent === null) return
      throttledLog.write({
        level: 'warn',
        message: 'an address shows wrong admin tokens or keys and is slowed',
        fields: { address: spent, retryAfterSeconds: wrong.endsInSeconds(spent) },
        kind: 'unauthorized',
        sender: null,
      })
    },
    rememberRight({ address }, shown) {
      if (known.size >= mostKnown) known.clear()
      known.add(`${shown} ${address}`)
    },
  }
}
