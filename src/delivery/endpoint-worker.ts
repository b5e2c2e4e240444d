/**
 * The worker of one endpoint: it takes what is due for it, sends it, and writes how that ended, as
 * many at a time as the endpoint bears. An endpoint that fails is probed, one event at a time.
 */
import { type Clock, secondMs } from '../clock'
import { reasonOf } from '../errors'
import type { Logger } from '../log'
import type { Random } from '../retry'
import type { ClaimedDelivery, Deliveries, EndpointState } from '../store/deliveries'
import type { Lease } from '../store/lease'
import type { Endpoint } from './endpoint'
import type { EndpointNotices } from './endpoint-notices'
import { createPace } from './schedule/pace'
import { freshMs, isFailing, probeDelayMs } from './schedule/schedule'
import type { Sender } from './send/sender'
import type { DeliverySharing } from './sharing'
import { createTries, deliveryLeaseMs, finishWithinMs } from './tries'
import type { Filtered } from './wanted'

export interface EndpointWorker {
  /** How many deliveries are under way now. */
  inHand(): number
  /** Something may be due, or the endpoint or its state has changed. */
  wake(): void
  /**
   * Counts an attempt that somebody else makes because it can't wait: as under way until what is
   * returned is called, and in the rate. What waits its turn gives way to it.
   */
  beside(endpoint: Endpoint): () => void
  /** Begins no more and resolves when what is under way has ended. */
  stop(): Promise<void>
}

export interface EndpointWorkerParts {
  readonly name: string
  /** As it is now; null once it is gone. */
  endpoint(): Promise<Endpoint | null>
  /** As it is now, or was within a second. */
  state(): Promise<EndpointState>
  freshState(): Promise<EndpointState>
  /** Told of its state whenever it changed here. */
  changed(state: EndpointState): void
  isWanted(endpoint: Endpoint, event: Filtered): boolean
  readonly deliveries: Pick<
    Deliveries,
    'claimDeliveries' | 'settleDelivery' | 'nextDeliveryAt' | 'setEndpointStatus'
  >
  readonly sender: Sender
  readonly notices: EndpointNotices
  readonly sharing: DeliverySharing
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
}

/** What a process left when it ended is found so late. */
const lookAtLeastEveryMs = 10 * secondMs
/** Beside others so late, and so is what they dispatched: nothing rings here for that. */
const lookBesideOthersEveryMs = 2 * secondMs

export const startEndpointWorker = (parts: EndpointWorkerParts): EndpointWorker => {
  const { name, deliveries, sender, notices, sharing, clock, random, log } = parts
  const leaving = new AbortController()
  const cutting = new AbortController()
  const tries = createTries({
    changed: parts.changed,
    isWanted: parts.isWanted,
    deliveries,
    sender,
    notices,
    sharing,
    clock,
    random,
    log,
    leaving: leaving.signal,
    cutting: cutting.signal,
  })
  const underWay = new Set<Promise<void>>()
  const pace = createPace()
  let backlogUnderWay = 0
  let besideUnderWay = 0
  let probeAfterSeconds: number | null = null
  /** Otherwise it is asked for first: that costs no commit. */
  let isLikelyDue = true
  let bell = new AbortController()

  const perform = async (endpoint: Endpoint, state: EndpointState, claimed: ClaimedDelivery) => {
    const sent = await tries.perform(endpoint, state, claimed)
    if (sent !== null) probeAfterSeconds = sent.retryAfterSeconds
  }

  /** @param turn that it is made in; none unless given */
  const begin = (
    endpoint: Endpoint,
    state: EndpointState,
    claimed: ClaimedDelivery,
    turn?: Lease,
  ) => {
    const isBacklog = claimed.dispatchedAt < clock.now() - freshMs
    if (isBacklog) backlogUnderWay += 1
    const task: Promise<void> = perform(endpoint, state, claimed)
      .catch((error) => {
        log.error('a delivery could not be ended', { endpoint: name, reason: reasonOf(error) })
      })
      .finally(async () => {
        await turn?.release().catch(() => undefined)
        if (isBacklog) backlogUnderWay -= 1
        underWay.delete(task)
        bell.abort()
      })
    underWay.add(task)
  }

  const claim = (now: number, limit: number, backlogLimit: number) =>
    deliveries.claimDeliveries({
      endpoint: name,
      now,
      leaseMs: deliveryLeaseMs,
      freshSince: now - freshMs,
      limit,
      backlogLimit,
    })

  /** Begins what may begin; returns when to look again, unless something ends before. */
  const deliver = async (endpoint: Endpoint, state: EndpointState): Promise<number> => {
    const now = clock.now()
    const { limit, backlogLimit, moreAt } = pace.room({
      endpoint,
      processes: sharing.livingReplicas(),
      state,
      underWay: underWay.size + besideUnderWay,
      backlogUnderWay,
      now,
    })
    if (limit === 0) return moreAt
    const nextAt = async () => (await deliveries.nextDeliveryAt(name, now)) ?? Infinity
    if (!isLikelyDue) {
      const dueAt = await nextAt()
      if (dueAt > now) return dueAt
    }
    const claimed = await claim(now, limit, backlogLimit)
    for (const delivery of claimed) begin(endpoint, state, delivery)
    const ofBacklog = claimed.filter(({ dispatchedAt }) => dispatchedAt < now - freshMs)
    pace.spend(claimed.length, ofBacklog.length)
    isLikelyDue = claimed.length === limit
    if (isLikelyDue) return now
    const dueAt = await nextAt()
    if (dueAt > now) return dueAt
    // What is due and was not given waits for the backlog's share, or for its turn.
    return claimed.length > 0 ? now : moreAt
  }

  const probeDueAt = (state: EndpointState): number => {
    const half = () => 0.5
    // One that lies ahead was written before the clock was set back.
    const failedAt = (state.lastFailureAt ?? 0) <= clock.now() ? (state.lastFailureAt ?? 0) : 0
    return failedAt + probeDelayMs(state.failures, probeAfterSeconds, half)
  }

  /**
   * Sends one event to an endpoint that fails, when it is time, of all processes one; returns when
   * to look again.
   */
  const probe = async (endpoint: Endpoint, known: EndpointState): Promise<number> => {
    const now = clock.now()
    if (underWay.size > 0) return Infinity
    if (now < probeDueAt(known)) return probeDueAt(known)
    const turn = await sharing.takeTurn(`probe ${name}`, deliveryLeaseMs)
    if (turn === null) return now + secondMs
    let isUnderWay = false
    try {
      // Another process may have probed it meanwhile.
      const state = await parts.freshState()
      if (!isFailing(state)) return now
      if (now < probeDueAt(state)) return probeDueAt(state)
      const [claimed] = await claim(now, 1, 1)
      if (!claimed) return (await deliveries.nextDeliveryAt(name, now)) ?? Infinity
      begin(endpoint, state, claimed, turn)
      isUnderWay = true
      return Infinity
    } finally {
      if (!isUnderWay) await turn.release()
    }
  }

  const look = async (): Promise<number> => {
    const endpoint = await parts.endpoint()
    if (endpoint === null) return Infinity
    const state = await parts.state()
    if (state.status !== 'on') return Infinity
    if (!sharing.isSure()) return clock.now() + secondMs
    return isFailing(state) ? probe(endpoint, state) : deliver(endpoint, state)
  }

  const run = async () => {
    while (!leaving.signal.aborted) {
      bell = new AbortController()
      const again = await look().catch((error) => {
        log.error('deliveries could not be taken', { endpoint: name, reason: reasonOf(error) })
        return clock.now() + secondMs
      })
      const mostMs = sharing.livingReplicas() > 1 ? lookBesideOthersEveryMs : lookAtLeastEveryMs
      const waitMs = Math.min(again - clock.now(), mostMs)
      if (waitMs > 0) await clock.sleep(waitMs, bell.signal)
    }
  }

  const loop = run()
  return {
    inHand: () => underWay.size + besideUnderWay,
    wake() {
      isLikelyDue = true
      bell.abort()
    },
    beside(endpoint) {
      besideUnderWay += 1
      pace.spendBeside(endpoint, sharing.livingReplicas(), clock.now())
      return () => {
        besideUnderWay -= 1
        bell.abort()
      }
    },
    async stop() {
      leaving.abort()
      bell.abort()
      await loop
      const cut = clock.alarm(finishWithinMs, () => cutting.abort())
      await Promise.all(underWay)
      cut()
    },
  }
}
