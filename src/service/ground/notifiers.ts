/**
 * Notifiers, by which one part of the service tells another that is built after it. Two parts that
 * need each other meet here and nowhere else: the notifier is made first, one part gets its
 * `notify`, and the other subscribes as soon as it is there. Everything else in the wiring is an
 * argument.
 */
import type { WecomFailure } from '../../wecom/api/failure'

export interface Notifier<Told extends readonly unknown[]> {
  /** Tells everybody who has subscribed. */
  readonly notify: (...told: Told) => void
  readonly subscribe: (listener: (...told: Told) => void) => void
}

const createNotifier = <Told extends readonly unknown[]>(): Notifier<Told> => {
  const listeners: ((...told: Told) => void)[] = []
  return {
    notify(...told) {
      for (const listener of listeners) listener(...told)
    },
    subscribe(listener) {
      listeners.push(listener)
    },
  }
}

export interface Notifiers {
  /**
   * WeCom refuses a company its token: tokens tell, and the revocation check, which asks for
   * tokens.
   */
  readonly corpRefused: Notifier<[suiteId: string, corpid: string, failure: WecomFailure]>
  /** A newer suite_ticket is on disk: callbacks and imports tell tokens and the work on events. */
  readonly newTicket: Notifier<[suiteId: string]>
  /** An event may be due: whatever brings events tells the worker. */
  readonly workDue: Notifier<[]>
}

export const createNotifiers = (): Notifiers => ({
  corpRefused: createNotifier(),
  newTicket: createNotifier(),
  workDue: createNotifier(),
})
