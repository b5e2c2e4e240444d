/**
 * The watch over what somebody has to mend: tickets, renewals, our address. What has changed since
 * it was last told leaves an event of suited's own.
 */
import { type Clock, minuteMs } from '../../../clock'
import type { Store } from '../../../store/store'
import type { CurrentRefusedCallbackWarnings } from '../../callback/refused/current-warnings'
import type { Suite, Suites } from '../../suites'
import type { CorpRenewals } from '../../tokens/corp-renewals'
import { suiteTokenKey } from '../../tokens/token-source'
import type { Tokens } from '../../tokens/tokens'
import { ifReadable } from '../../unreadable-records'
import type { RefusedAddress } from '../refused-ip'
import { isTicketOverdue, ticketAwaited } from '../waiting'
import { addressCondition, addressTypes } from './address-condition'
import { corpRenewalsCondition, renewalTypes, suiteRenewalCondition } from './renewal-condition'
import type { TellChange } from './tell-change'
import { ticketCondition, ticketTypes } from './ticket-condition'

/** Whoever looks so long after the last look was asleep, and could take no ticket. */
const asleepAfterMs = 5 * minuteMs

const noRenewals: CorpRenewals = { refusals: [], lastFetchedAt: null }

/** Finds how everything stands, and tells of what has changed. To be called again and again. */
export const createConditionWatch = (parts: {
  suites: Suites
  store: Pick<Store, 'loadSuite' | 'loadToken'>
  tokens: Pick<Tokens, 'refusalOf' | 'corpRenewals'>
  refusedAddress: Pick<RefusedAddress, 'history' | 'takenSince'>
  /** Whether WeCom refuses the address of another living process. */
  isRefusedElsewhere(): boolean
  refusedCallbackWarnings: CurrentRefusedCallbackWarnings
  tellChange: TellChange
  clock: Pick<Clock, 'now'>
  /** When the process began. Epoch milliseconds. */
  startedAt: number
}): (() => Promise<void>) => {
  const { suites, store, tokens, refusedAddress, refusedCallbackWarnings } = parts
  const { isRefusedElsewhere, tellChange, clock, startedAt } = parts
  const tokensStartedAt = clock.now()
  /** By suite id: whose companies were found failing. */
  const failing = new Set<string>()
  let awakeSince = startedAt
  let lookedAt = tokensStartedAt

  const lookAtTicket = async (suite: Suite, suiteId: string, now: number) => {
    const record = await ifReadable(store.loadSuite(suiteId))
    const receivedAt = record?.ticket?.receivedAt ?? null
    const isOverdue = receivedAt !== null && isTicketOverdue(receivedAt, now)
    const refused = isOverdue ? await refusedCallbackWarnings() : []
    const awaited = ticketAwaited(suite, receivedAt, refused, now)
    const subject = { types: ticketTypes, suiteId, kind: {}, labels: { suite: suite.key } }
    await tellChange(subject, () => ticketCondition({ receivedAt, awaited, awakeSince, now }))
  }

  const lookAtRenewals = async (suite: Suite, suiteId: string, of: CorpRenewals, now: number) => {
    const subject = { types: renewalTypes, suiteId, labels: { suite: suite.key } }
    const refusal = tokens.refusalOf(suiteTokenKey(suiteId))
    const token = await ifReadable(store.loadToken(suiteTokenKey(suiteId)))
    const fetchedAt = token?.fetchedAt ?? null
    await tellChange({ ...subject, kind: { token: 'suite' } }, (told) =>
      suiteRenewalCondition({ suite, refusal, fetchedAt, told, now }),
    )
    const wereFailing = failing.has(suiteId)
    const { state } = await tellChange({ ...subject, kind: { token: 'company' } }, (told) =>
      corpRenewalsCondition({
        suite,
        renewals: of,
        told,
        startedAt: tokensStartedAt,
        wereFailing,
        now,
      }),
    )
    if (state === 'on') failing.add(suiteId)
    if (state === 'off') failing.delete(suiteId)
  }

  return async () => {
    const now = clock.now()
    if (now - lookedAt > asleepAfterMs) awakeSince = now
    lookedAt = now
    const renewals = tokens.corpRenewals()
    for (const suite of suites.all) {
      const { suiteId } = suite
      if (suiteId === null) continue
      await lookAtTicket(suite, suiteId, now)
      await lookAtRenewals(suite, suiteId, renewals.get(suiteId) ?? noRenewals, now)
    }
    const subject = { types: addressTypes, suiteId: null, kind: {}, labels: {} }
    const history = refusedAddress.history()
    const takenSince = refusedAddress.takenSince()
    await tellChange(subject, (told) =>
      addressCondition({
        history,
        takenSince,
        isRefusedElsewhere: isRefusedElsewhere(),
        told,
        startedAt,
        now,
      }),
    )
  }
}
