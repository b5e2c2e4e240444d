/**
 * The life of this replica: renewed every few seconds, so that what it has in hand stays its own.
 * With each renewal the clock of the database is read.
 */
import { type Clock, secondMs } from '../../../clock'
import { reasonOf } from '../../../errors'
import type { Random } from '../../../retry'
import type { Life, Told } from '../../replicas/life'
import type { ReplicaRecord, ReplicaReport, Replicas } from '../../replicas/replicas'
import { isUnfit } from '../connection/failure'
import type { ClockNotice } from './clock-notice'
import { nothingSeen } from './lives'
import type { Outage } from './outage'
import type { SharedClock } from './shared-clock'

const lifeMs = 12 * secondMs
const renewEveryMs = 3 * secondMs
/** From the last renewal on; then others may take over soon, whatever this process believes. */
const sureForMs = 9 * secondMs
const retryAtLeastMs = 250
const retryAtMostMs = 2 * secondMs
/** What took longer tells too little of the time. */
const tellingRoundTripMs = secondMs

export interface OwnLife extends Life {
  /** Renews it for the first time, and from then on by itself. Throws if that fails. */
  begin(): Promise<void>
  /** Renews it now, to find out whether the database is there. */
  renewNow(): void
  /** Looks at the others now, and tells them what there is to tell. */
  lookNow(): void
  /** Ends it: others take over at once. */
  end(): Promise<void>
}

const nothingTold: Told = { settings: '', seen: nothingSeen }

export const createOwnLife = (parts: {
  readonly replicas: Replicas
  readonly process: Pick<ReplicaReport, 'startedAt' | 'version'>
  /** The ids of keys with which others seal, and which this process was not given. */
  missingKeys(): Promise<readonly string[]>
  /** Throws what a callback would meet that comes now. */
  assertCallbacksFit(): Promise<void>
  readonly outage: Pick<Outage, 'answered' | 'silent'>
  readonly sharedClock: Pick<SharedClock, 'lead'>
  readonly clockNotice: ClockNotice
  /** Of this machine. */
  readonly ownClock: Clock
  /** Milliseconds of a clock that is never put back. */
  monotonicMs(): number
  readonly random: Random
  /** The others have something to look at: this one has other settings, is gone, or is back. */
  onNews(): void
}): OwnLife => {
  const { replicas, outage, sharedClock, clockNotice } = parts
  const { version } = parts.process
  const { ownClock, monotonicMs, random, onNews } = parts
  const leaving = new AbortController()
  let told: () => Told = () => nothingTold
  let clockOffsetMs: number | null = null
  /** By this machine's clock until the database's is known. */
  let { startedAt } = parts.process
  let living: readonly ReplicaRecord[] = []
  let missing: readonly string[] = []
  let renewedAt = Number.NEGATIVE_INFINITY
  /** What the others know, of what they need not wait for. */
  let lastTold: string | null = null
  /** By the clock of the database, which judges whether the life ended meanwhile. */
  let aliveUntil = Number.POSITIVE_INFINITY
  /** Since the last renewal began. */
  let isCalled = false
  let nap = new AbortController()
  let running: Promise<void> | null = null

  /** Whether there is news that others need not wait for. */
  const renew = async (): Promise<boolean> => {
    const beganAt = monotonicMs()
    const ownBegan = ownClock.now()
    const { settings, seen } = told()
    const report = {
      startedAt,
      version,
      settings,
      seen: { ...seen, clockOffsetMs: clockOffsetMs ?? 0 },
    }
    const at = await replicas.renewLife(report, lifeMs)
    const toldNow = settings === '' ? null : JSON.stringify([settings, seen.suites, seen.endpoints])
    // Whoever looked after its life had ended knows nothing of it any more.
    const isBack = toldNow !== null && at >= aliveUntil
    if (isBack || toldNow !== lastTold) onNews()
    lastTold = toldNow
    aliveUntil = at + lifeMs
    const roundTripMs = monotonicMs() - beganAt
    // It counts from before it was asked for: the database gave no more than that.
    renewedAt = beganAt
    living = await replicas.listReplicas()
    missing = await parts.missingKeys()
    if (clockOffsetMs !== null && roundTripMs > tellingRoundTripMs) return false
    sharedClock.lead(at, beganAt + roundTripMs / 2)
    const offsetMs = Math.round(at - (ownBegan + roundTripMs / 2))
    if (clockOffsetMs === null) startedAt += offsetMs
    clockOffsetMs = offsetMs
    return clockNotice.saw(offsetMs)
  }

  /** How long until the next renewal. */
  const renewOnce = async (): Promise<number> => {
    try {
      const isNews = await renew()
      await parts.assertCallbacksFit()
      outage.answered()
      return isNews ? 0 : renewEveryMs
    } catch (error) {
      outage.silent(reasonOf(error), isUnfit(error) ? 'unfit' : 'away')
      return retryAtLeastMs + random() * (retryAtMostMs - retryAtLeastMs)
    }
  }

  const keepOn = async (): Promise<void> => {
    while (!leaving.signal.aborted) {
      isCalled = false
      const waitMs = await renewOnce()
      nap = new AbortController()
      if (leaving.signal.aborted) return
      if (!isCalled) await ownClock.sleep(waitMs, nap.signal)
    }
  }

  const lookNow = () => {
    isCalled = true
    nap.abort()
  }

  return {
    isSure: () => missing.length === 0 && monotonicMs() - renewedAt < sureForMs,
    missingKeys: () => missing,
    clockOffsetMs: () => clockOffsetMs ?? 0,
    living: () => living,
    tell(next) {
      told = next
      // Others need not wait for it.
      lookNow()
    },
    async begin() {
      await renew()
      await parts.assertCallbacksFit()
      running ??= ownClock.sleep(renewEveryMs, nap.signal).then(keepOn)
    },
    renewNow: () => nap.abort(),
    lookNow,
    async end() {
      leaving.abort()
      nap.abort()
      await running
      await replicas.endLife()
      if (lastTold !== null) onNews()
    },
  }
}
