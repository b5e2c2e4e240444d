import { ServiceError } from '../../src/errors'
import { factRule } from '../../src/events/fact-rule'
import type { EventLogDriver, StoreDriver } from '../../src/store/driver/drivers'
import { createMemoryEventLogData } from '../../src/store/memory/event-log-data'
import { createMemoryEventLog } from '../../src/store/memory/memory-event-log'
import { createMemoryStore, createMemoryStoreData } from '../../src/store/memory/memory-store'
import { freshBytes } from '../fresh-bytes'
import type { SceneOptions } from '../scene'

export interface FaultyDrivers {
  /** What is done in place of the drivers' own methods, from now on. */
  readonly instead: { store: Partial<StoreDriver>; eventLog: Partial<EventLogDriver> }
  /** For a scene: the same data in each of its processes. */
  readonly drivers: NonNullable<SceneOptions['drivers']>
}

/** Stands in for any method whose disk is full. */
export const unavailable = (): Promise<never> =>
  Promise.reject(
    new ServiceError('store_unavailable', 'The disk is full.', { retryAfterSeconds: 10 }),
  )

/** Stands in for any method that never comes back. */
export const hanging = (): Promise<never> => new Promise(() => undefined)

/** Drivers whose methods a test can take over one by one. */
export const createFaultyDrivers = (): FaultyDrivers => {
  const storeData = createMemoryStoreData()
  const logData = createMemoryEventLogData()
  const instead: FaultyDrivers['instead'] = { store: {}, eventLog: {} }
  const open = <T extends object>(driver: T, own: () => Partial<T>): T =>
    // Looked up at each call: a fault may come in later than whoever wraps the driver.
    Object.fromEntries(
      Object.entries(driver).map(([name, method]) => [
        name,
        (...given: unknown[]) => (Reflect.get(own(), name) ?? method)(...given),
      ]),
    ) as T
  return {
    instead,
    drivers: (clock) => ({
      store: open(createMemoryStore({ clock, freshBytes, data: storeData }), () => instead.store),
      eventLog: open(createMemoryEventLog(factRule, logData, clock), () => instead.eventLog),
    }),
  }
}
