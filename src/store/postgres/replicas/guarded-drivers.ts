/**
 * The drivers as a service gets them where replicas share a database: nothing is begun while the
 * life of this replica isn't sure, and the bell rings after what others have to see.
 */
import { ServiceError } from '../../../errors'
import type { EventLogDriver, StoreDriver } from '../../driver/drivers'
import type { ReplicaBell } from '../../replicas/bell'
import type { Life } from '../../replicas/life'
import { missingKeysText } from '../../replicas/missing-keys'

type Method<Values extends unknown[], T> = (...values: Values) => Promise<T>

const unsure = 'The database did not confirm for nine seconds that this replica is there.'

/** What begins work is refused while it must not begin; what changes something rings. */
export const createGuard = (parts: {
  readonly life: Pick<Life, 'isSure' | 'missingKeys'>
  readonly bell: Pick<ReplicaBell, 'ring'>
  /** Told that something was not begun, since the database didn't answer of late. */
  onUnsure(refusal: ServiceError): void
  /** Told that something was not begun for want of a key: the database is there. */
  onKeyless(refusal: ServiceError): void
}) => {
  const { life, bell, onUnsure, onKeyless } = parts

  /** What begins work: others may have taken over what this replica believes to be its own. */
  const ifSure =
    <Values extends unknown[], T>(begin: Method<Values, T>): Method<Values, T> =>
    async (...values) => {
      if (life.isSure()) return begin(...values)
      const ids = life.missingKeys()
      const isKeyless = ids.length > 0
      const reason = isKeyless ? missingKeysText(ids) : unsure
      const refusal = new ServiceError('store_unavailable', reason, { retryAfterSeconds: 5 })
      if (isKeyless) onKeyless(refusal)
      else onUnsure(refusal)
      throw refusal
    }

  const thenRing =
    <Values extends unknown[], T>(change: Method<Values, T>): Method<Values, T> =>
    async (...values) => {
      const changed = await change(...values)
      bell.ring('changes')
      return changed
    }

  return {
    store: (store: StoreDriver): StoreDriver => ({
      ...store,
      takeTokenTurn: ifSure(store.takeTokenTurn),
      acquireLease: ifSure(store.acquireLease),
      takeRechecks: ifSure(store.takeRechecks),
      takeRefreshes: ifSure(store.takeRefreshes),
      saveTicket: thenRing(store.saveTicket),
      changeCorp: thenRing(store.changeCorp),
      removeCorp: thenRing(store.removeCorp),
      endToken: thenRing(store.endToken),
      changeKey: thenRing(store.changeKey),
      changeEndpoint: thenRing(store.changeEndpoint),
      removeEndpoint: thenRing(store.removeEndpoint),
    }),
    eventLog: (eventLog: EventLogDriver): EventLogDriver => ({
      ...eventLog,
      claim: ifSure(eventLog.claim),
      claimDeliveries: ifSure(eventLog.claimDeliveries),
      claimDelivery: ifSure(eventLog.claimDelivery),
      setEndpointStatus: thenRing(eventLog.setEndpointStatus),
    }),
  }
}
