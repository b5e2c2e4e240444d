/**
 * The drivers as a service gets them where replicas share a database: nothing is begun while the
 * life of this replica isn't sure, and the bell rings after what others have to see.
 */
import { ServiceError } from '../../../errors'
import type { EventLogDriver, StoreDriver } from '../../driver/drivers'
import type { ReplicaBell } from '../../replicas/bell'
import type { Life } from '../../replicas/life'

type Method<Values extends unknown[], T> = (...values: Values) => Promise<T>

const unsure = 'The database did not confirm for nine seconds that this replica is there.'
const keyless = 'Other replicas encrypt with a key that this one was not given.'

/** What begins work is refused while it must not begin; what changes something rings. */
export const createGuard = (parts: {
  readonly life: Pick<Life, 'isSure' | 'missingKeys'>
  readonly bell: Pick<ReplicaBell, 'ring'>
  /** Told why something was not begun. */
  onRefusal(error: ServiceError): void
}) => {
  const { life, bell, onRefusal } = parts

  /** What begins work: others may have taken over what this replica believes to be its own. */
  const ifSure =
    <Values extends unknown[], T>(begin: Method<Values, T>): Method<Values, T> =>
    async (...values) => {
      if (life.isSure()) return begin(...values)
      const refusal = new ServiceError(
        'store_unavailable',
        life.missingKeys().length > 0 ? keyless : unsure,
        {
          retryAfterSeconds: 5,
        },
      )
      onRefusal(refusal)
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
