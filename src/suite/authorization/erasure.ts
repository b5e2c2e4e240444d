/** The erasure of a company that left: its secrets go, and a record stays that says who it was. */
import type { Clock } from '../../clock'
import type { EventLog } from '../../store/event-log'
import type { CorpRecord } from '../../store/store'
import { idsOf } from '../corp-cache'
import type { Corps } from '../corps'
import type { Tokens } from '../tokens/tokens'

/** What stays of a company that left: no secret, enough to say when and who it was. */
const tombstone = (
  { admins: _, callbackPair: __, site: ___, installedBy: ____, ...record }: CorpRecord,
  at: number,
): CorpRecord => ({
  ...record,
  status: 'cancelled',
  statusReason: 'The company removed the app.',
  statusAt: at,
  permanentCode: null,
  installEventId: null,
  authInfo: null,
})

export interface Erasure {
  /** Erases a company; false if it stays, since it installed the app again in between. */
  erase(record: CorpRecord): Promise<boolean>
  /** Empties the bodies of a company's events. WeCom may name one company by either of its ids. */
  blankEvents(suiteId: string, corpids: readonly string[]): Promise<void>
}

export const createErasure = (parts: {
  eventLog: Pick<EventLog, 'blankBodies' | 'get' | 'settle'>
  corps: Pick<Corps, 'change'>
  tokens: Pick<Tokens, 'forget'>
  clock: Clock
}): Erasure => {
  const { eventLog, corps, tokens, clock } = parts

  const blankEvents: Erasure['blankEvents'] = async (suiteId, corpids) => {
    for (const corpid of corpids) await eventLog.blankBodies(suiteId, corpid)
  }

  /** Details of a company that left need not be read: their event ends, and can be blanked. */
  const endInstall = async ({ corpid, installEventId }: CorpRecord): Promise<void> => {
    const install = installEventId === null ? null : await eventLog.get(installEventId)
    if (install?.status !== 'pending') return
    await eventLog.settle(install.id, null, { status: 'done', corpid })
  }

  return {
    async erase(record) {
      const { suiteId, corpid, authorizedAt } = record
      // First: the tombstone does not say which event it was.
      await endInstall(record)
      const { after } = await corps.change(suiteId, corpid, (current) =>
        current?.permanentCode && current.authorizedAt === authorizedAt
          ? tombstone(current, clock.now())
          : null,
      )
      if (after?.permanentCode) return false
      tokens.forget(suiteId, corpid)
      await blankEvents(suiteId, idsOf(record))
      return true
    },
    blankEvents,
  }
}
