/** What became of answered installs and of counted notices, by what a store and a log say. */
import { currentInstallation } from '../../src/simulator/world/installations'
import type { EventRecord } from '../../src/store/event-record'
import type { CorpRecord } from '../../src/store/store'
import { elementIn, type SentMessage } from './ledger'
import type { Town } from './town'

export interface StateVerdict {
  /** In the event log twice, or counted twice on a company. */
  readonly appliedTwice: readonly string[]
  /**
   * WeCom gave it out for an install that was answered, and it is not here; nor does an event say
   * so.
   */
  readonly codesLost: readonly string[]
  /**
   * Installs whose code was lost between WeCom's answer and the disk: their events are dead and say
   * so.
   */
  readonly codesInTheGap: readonly string[]
  /** Notices of members without a licence that were counted, each once. */
  readonly noticesCounted: number
}

const twice = (texts: readonly string[]): string[] => {
  const seen = new Set<string>()
  return texts.filter((text) => seen.size === seen.add(text).size)
}

/** @param records those of companies that there are, by corpid */
export const judgeState = (parts: {
  readonly town: Town
  readonly records: ReadonlyMap<string, CorpRecord>
  /** Events that came from WeCom. */
  readonly arrived: readonly EventRecord[]
  /** Messages that were answered `success`. */
  readonly acknowledged: readonly SentMessage[]
  /** Ids of events of which suited said that their code is saved. */
  readonly authorised: ReadonlySet<string>
}): StateVerdict => {
  const { town, records, arrived, acknowledged, authorised } = parts
  const { world } = town.simulator
  const { suiteId } = town.suite

  const findTwice = () => {
    const bodies = arrived.flatMap(({ body }) => (body === '' ? [] : [body]))
    const notices = [...records.values()].flatMap(({ corpid, unlicensed }) => {
      const came = arrived.filter(
        (event) => event.type === 'event.unlicensed_notify' && event.corpid === corpid,
      )
      const counted = unlicensed?.notices ?? 0
      return counted === came.length ? [] : [`${corpid}: ${counted} for ${came.length} notices`]
    })
    return [...twice(bodies), ...notices]
  }

  const byAuthCode = new Map<string, EventRecord>()
  for (const event of arrived) {
    if (event.type === 'create_auth') byAuthCode.set(elementIn(event.body, 'AuthCode'), event)
  }

  /**
   * The answered installs of what a company has now: whether one has served, or what became of it.
   */
  const judgeInstall = (corpid: string): 'kept' | 'lost' | string[] => {
    const installation = currentInstallation(world, suiteId, corpid)
    if (!installation) return 'kept'
    const installs = acknowledged.filter(({ type, body }) => {
      const code = world.credentials.byValue.get(elementIn(body, 'AuthCode'))
      return (
        type === 'create_auth' &&
        code?.corpid === corpid &&
        code.issuedAt >= installation.installedAt &&
        code.ended !== 'killed'
      )
    })
    const record = records.get(corpid)
    const kept = record?.permanentCode === installation.permanentCode
    if (installs.length === 0 || (kept && record?.status === 'authorized')) return 'kept'
    const dead: string[] = []
    for (const { body } of installs) {
      const event = byAuthCode.get(elementIn(body, 'AuthCode'))
      const used = world.credentials.byValue.get(elementIn(body, 'AuthCode'))?.ended === 'used'
      // Another replica may wake that has it: then the event waits for as long as a code lives.
      const says = event?.status !== 'done' && event?.lastError?.includes('used or unknown')
      if (!event || !used || !says || authorised.has(event.id)) return 'lost'
      dead.push(event.id)
    }
    return dead
  }

  const fates = town.corpids.map((corpid) => ({ corpid, fate: judgeInstall(corpid) }))

  return {
    appliedTwice: findTwice(),
    codesLost: fates.flatMap(({ corpid, fate }) => (fate === 'lost' ? [corpid] : [])),
    codesInTheGap: fates.flatMap(({ fate }) => (typeof fate === 'string' ? [] : fate)),
    noticesCounted: [...records.values()].reduce(
      (sum, { unlicensed }) => sum + (unlicensed?.notices ?? 0),
      0,
    ),
  }
}
