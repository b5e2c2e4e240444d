/** What other processes on the same state changed, told to whoever keeps some of it at hand. */
import type { Change } from '../../store/replicas/changes'
import type { ApiKeys } from '../../suite/access/api-keys'
import type { Corps } from '../../suite/corps'
import type { Tokens } from '../../suite/tokens/tokens'

export interface HearChanges {
  /** Takes one in. What a change concerns is read again when it is used: nothing is waited for. */
  change(change: Change): void
  /** Changes may have been missed: all that is at hand may be out of date. */
  missed(): void
}

export const createHearChanges = (consumers: {
  readonly tokens: Pick<Tokens, 'hear'>
  readonly corps: Pick<Corps, 'drop' | 'dropAll'>
  readonly apiKeys: Pick<ApiKeys, 'readAgain'>
  /** Events on their way out: endpoints and their states are looked at again. */
  readonly delivery: { lookAgain(): void }
  /** Work may be due: a ticket makes exchanges due that waited for it. */
  onWork(): void
}): HearChanges => {
  const { tokens, corps, apiKeys, delivery, onWork } = consumers
  return {
    change(change) {
      switch (change.what) {
        case 'ticket':
          tokens.hear.ticket(change.suiteId)
          return onWork()
        case 'token':
          return tokens.hear.dead(change)
        case 'corp':
          corps.drop(change.suiteId, change.corpid)
          return tokens.hear.corp(change.suiteId, change.corpid)
        case 'keys':
          return apiKeys.readAgain()
        case 'endpoints':
        case 'endpoint_states':
          return delivery.lookAgain()
      }
    },
    missed() {
      corps.dropAll()
      tokens.hear.missed()
      apiKeys.readAgain()
      delivery.lookAgain()
      onWork()
    },
  }
}
