/** What is watched of companies, and work done once for all, beside the memory event log. */
import type { Lifecycle } from '../../driver/lifecycle'
import type { SharedWork, SharedWorkLog } from '../../watch/shared-work'
import type { SuspectedCorp, SuspectedCorps } from '../../watch/suspected-corps'

interface Suspected extends SuspectedCorp {
  readonly givenUpAt: number | null
}

export interface MemoryWatchData {
  /** By suite and corpid. */
  readonly suspected: Map<string, Suspected>
  /** Since when, by suite. */
  readonly alarms: Map<string, number>
  readonly doneAt: Map<SharedWork, number>
}

export const createMemoryWatchData = (): MemoryWatchData => ({
  suspected: new Map(),
  alarms: new Map(),
  doneAt: new Map(),
})

const nameOf = (suiteId: string, corpid: string) => `${suiteId} ${corpid}`

export const createMemoryWatch = (
  { suspected, alarms, doneAt }: MemoryWatchData,
  run: Lifecycle['run'],
): SuspectedCorps & SharedWorkLog => {
  const standing = () => [...suspected.values()].filter(({ givenUpAt }) => givenUpAt === null)

  const change = (suiteId: string, corpid: string, changes: Partial<Suspected>) => {
    const name = nameOf(suiteId, corpid)
    const known = suspected.get(name)
    if (known?.givenUpAt === null) suspected.set(name, { ...known, ...changes })
  }

  return {
    suspectCorp: (corp) =>
      run(() => {
        const name = nameOf(corp.suiteId, corp.corpid)
        if (suspected.get(name)?.givenUpAt === null) return false
        suspected.set(name, { ...corp, givenUpAt: null })
        return true
      }),

    listSuspectedDue: (now, limit) =>
      run(() =>
        standing()
          .filter(({ confirmAt }) => confirmAt <= now)
          .sort((a, b) => a.confirmAt - b.confirmAt)
          .slice(0, limit)
          .map(({ givenUpAt, ...corp }) => corp),
      ),

    confirmSuspectedAt: (suiteId, corpid, confirmAt) =>
      run(() => change(suiteId, corpid, { confirmAt })),

    giveUpSuspected: (suiteId, corpid, givenUpAt) =>
      run(() => change(suiteId, corpid, { givenUpAt })),

    forgetSuspected: (suiteId, corpid) => run(() => void suspected.delete(nameOf(suiteId, corpid))),

    countSuspected: (suiteId) =>
      run(() => standing().filter((one) => one.suiteId === suiteId).length),

    listGivenUp: (suiteId, since) =>
      run(() => {
        const givenUp = [...suspected].filter(
          ([, one]) => one.suiteId === suiteId && one.givenUpAt !== null,
        )
        const old = givenUp.filter(([, { givenUpAt }]) => (givenUpAt ?? 0) <= since)
        for (const [name] of old) suspected.delete(name)
        return givenUp.filter(([name]) => suspected.has(name)).map(([, { corpid }]) => corpid)
      }),

    raiseRevocationAlarm: (suiteId, at) =>
      run(() => {
        if (alarms.has(suiteId)) return false
        alarms.set(suiteId, at)
        return true
      }),

    endRevocationAlarm: (suiteId) => run(() => alarms.delete(suiteId)),

    listRevocationAlarms: () => run(() => [...alarms.keys()]),

    lastDoneAt: (work) => run(() => doneAt.get(work) ?? null),

    noteDone: (work, at) => run(() => void doneAt.set(work, at)),
  }
}
