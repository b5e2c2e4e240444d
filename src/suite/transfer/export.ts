/**
 * Everything that suited knows, as lines. What is read first and what last makes it whole although
 * the service works on meanwhile: identities, then events, their facts, then companies. An event that was known
 * when the export began is either in it as unfinished, or its effect is, for that came before the
 * companies were read. Tokens are left out: they can be fetched again.
 */
import type { Clock } from '../../clock'
import { reasonOf, ServiceError } from '../../errors'
import type { EventLog } from '../../store/event-log'
import type { Facts } from '../../store/facts'
import type { Store } from '../../store/store'
import { encoded } from './byte-stream'
import {
  type ExportHeader,
  type ExportLine,
  eventAsExported,
  exportFormat,
  exportVersion,
  framed,
  stateVersion,
} from './export-lines'

export interface Exporting {
  header(format: string): ExportHeader
  /** Everything, secrets included, as it is now. */
  lines(): AsyncIterable<ExportLine>
  /** The same as the bytes of a file, to be sealed or not. */
  bytes(): AsyncIterable<Uint8Array>
}

const readAtOnce = 32

/** One damaged document must not keep all the others from being saved. */
const orUnreadable = async (
  suiteId: string,
  corpid: string | null,
  read: () => Promise<ExportLine | null>,
): Promise<ExportLine | null> => {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    return { kind: 'unreadable', suiteId, corpid, problem: reasonOf(error) }
  }
}

export const createExporting = (parts: {
  store: Pick<Store, 'listSuiteIds' | 'loadSuite' | 'listCorpIds' | 'loadCorp'>
  eventLog: Pick<EventLog, 'listUnfinished' | 'listIdentities'>
  facts: Pick<Facts, 'listAllFacts'>
  clock: Clock
  /** Of this suited. */
  version: string
}): Exporting => {
  const { store, eventLog, facts, clock, version } = parts

  const identities = async function* (): AsyncGenerator<ExportLine> {
    let cursor: string | undefined
    do {
      const page = await eventLog.listIdentities(cursor)
      if (page.items.length > 0) yield { kind: 'identities', identities: page.items }
      cursor = page.next ?? undefined
    } while (cursor !== undefined)
  }

  const events = async function* (): AsyncGenerator<ExportLine> {
    let cursor: string | undefined
    do {
      const page = await eventLog.listUnfinished(cursor)
      for (const event of page.items) yield { kind: 'event', event: eventAsExported(event) }
      cursor = page.next ?? undefined
    } while (cursor !== undefined)
  }

  const factLines = async function* (): AsyncGenerator<ExportLine> {
    let cursor: string | undefined
    do {
      const page = await facts.listAllFacts(cursor)
      if (page.items.length > 0) yield { kind: 'facts', facts: page.items }
      cursor = page.next ?? undefined
    } while (cursor !== undefined)
  }

  const suites = async function* (): AsyncGenerator<ExportLine> {
    for (const suiteId of await store.listSuiteIds()) {
      const line = await orUnreadable(suiteId, null, async () => {
        const ticket = (await store.loadSuite(suiteId))?.ticket
        return ticket ? { kind: 'suite', suiteId, ticket } : null
      })
      if (line) yield line
    }
  }

  const readCorp = (suiteId: string, corpid: string): Promise<ExportLine | null> =>
    orUnreadable(suiteId, corpid, async () => {
      const corp = await store.loadCorp(suiteId, corpid)
      return corp && { kind: 'corp', corp }
    })

  const corps = async function* (): AsyncGenerator<ExportLine> {
    const ids = await store.listCorpIds()
    for (let i = 0; i < ids.length; i += readAtOnce) {
      const some = ids.slice(i, i + readAtOnce)
      const read = await Promise.all(some.map(({ suiteId, corpid }) => readCorp(suiteId, corpid)))
      for (const line of read) if (line) yield line
    }
  }

  const header: Exporting['header'] = (format) => ({
    format,
    version: format === exportFormat ? exportVersion : stateVersion,
    suited: version,
    exportedAt: clock.now(),
  })

  const lines = async function* (): AsyncGenerator<ExportLine> {
    yield* identities()
    yield* events()
    yield* factLines()
    yield* suites()
    yield* corps()
  }

  return {
    header,
    lines,
    bytes: () => encoded(framed(header(exportFormat), lines())),
  }
}
