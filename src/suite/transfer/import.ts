/**
 * The import of state, entry by entry and in order, each with a result that says what became of it.
 */
import { reasonOf, ServiceError } from '../../errors'
import type { CorpStatus } from '../../store/store'
import { WecomFailure } from '../../wecom/api/failure'
import { explain } from '../../wecom/errcode/errcode'
import type { CorpImport, ListedCorp } from '../install/import-corp'
import type { ListedDetail } from '../install/listed-details'
import type { ExportLine } from './export-lines'
import type { ImportEntry } from './import-text'
import type { Restorer } from './restore'

export interface ImportResult {
  /** The line of the entry, from 1. */
  readonly line: number
  readonly kind: 'company' | ExportLine['kind']
  readonly result: 'imported' | 'already_there' | 'newer_kept' | 'refused'
  readonly suiteId?: string | null
  readonly corpid?: string | null
  /** How the company stands now. */
  readonly status?: CorpStatus
  /** What the list has of the company and what was left as it stands here. */
  readonly kept?: readonly ListedDetail[]
  /** Of a refusal: a code of suited's problems, one sentence, and where WeCom refused its word. */
  readonly code?: string
  readonly detail?: string
  readonly errcode?: number
  readonly cause?: string
  readonly cure?: string
}

export interface StateImport {
  /**
   * What became of each entry, as it happens. It never throws: what can't be imported is refused,
   * each entry by itself, and may be sent again.
   */
  importEntries(
    entries: Iterable<ImportEntry> | AsyncIterable<ImportEntry>,
  ): AsyncIterable<ImportResult>
}

/** Lines of one kind share the disk's patience; they concern different records. */
const linesAtOnce = 32

type Outcome = Omit<ImportResult, 'line' | 'kind'>

type Refused = Pick<ImportResult, 'result' | 'code' | 'detail' | 'errcode' | 'cause' | 'cure'>

const refusal = (error: unknown): Refused => {
  if (!(error instanceof ServiceError)) {
    return { result: 'refused', code: 'internal_error', detail: 'An unexpected error.' }
  }
  const { code, message: detail } = error
  const errcode = error instanceof WecomFailure ? error.errcode : null
  if (errcode === null) return { result: 'refused', code, detail }
  const { cause, cure } = explain(errcode, 'en') ?? {}
  return { result: 'refused', code, errcode, detail, ...(cause && cure && { cause, cure }) }
}

/** Of an entry that could not be understood, so that nothing has to be tried. */
export const refusedUnread = (entry: ImportEntry): ImportResult => {
  const { corpid = null, problem = 'it can not be understood' } =
    'corp' in entry && !entry.corp.ok ? entry.corp.reason : {}
  const detail = `${problem}.`
  const code = 'invalid_request'
  return { line: entry.number, kind: 'company', corpid, result: 'refused', code, detail }
}

const idsOf = (line: ExportLine): Pick<ImportResult, 'suiteId' | 'corpid'> => {
  switch (line.kind) {
    case 'suite':
      return { suiteId: line.suiteId }
    case 'corp':
      return { suiteId: line.corp.suiteId, corpid: line.corp.corpid }
    case 'event':
      return { suiteId: line.event.suiteId, corpid: line.event.corpid }
    case 'unreadable':
      return { suiteId: line.suiteId, corpid: line.corpid }
    case 'identities':
    case 'facts':
    case 'audit':
    case 'key':
    case 'endpoint_state':
    case 'endpoint':
    case 'service_secret':
      return {}
  }
}

export const createStateImport = (parts: {
  restorer: Restorer
  corpImport: CorpImport
  /** Whether the process is going down: what is left is for another time. */
  leaving(): boolean
  /** Told of failures that nobody expects. */
  onUnexpected(reason: string): void
}): StateImport => {
  const { restorer, corpImport, leaving, onUnexpected } = parts

  const importLine = async (line: ExportLine): Promise<Outcome> => {
    if (line.kind === 'unreadable') {
      const detail = `It could not be read when the export was made: ${line.problem}`
      return { result: 'refused', code: 'store_unavailable', detail }
    }
    return { result: await restorer.restore(line) }
  }

  const importCorp = async (corp: ListedCorp): Promise<Outcome> => {
    const { outcome, suiteId, status, kept } = await corpImport.importCorp(corp)
    return { result: outcome, suiteId, status, ...(kept.length > 0 && { kept }) }
  }

  const attempt = async (work: () => Promise<Outcome>): Promise<Outcome> => {
    try {
      if (leaving()) throw new ServiceError('shutting_down', 'The service is going down.')
      return await work()
    } catch (error) {
      if (!(error instanceof ServiceError)) onUnexpected(reasonOf(error))
      return refusal(error)
    }
  }

  const importEntry = async (entry: ImportEntry): Promise<ImportResult> => {
    if ('line' in entry) {
      const { number, line } = entry
      const outcome = await attempt(() => importLine(line))
      return { line: number, kind: line.kind, ...idsOf(line), ...outcome }
    }
    const { number, corp } = entry
    if (!corp.ok) return refusedUnread(entry)
    const { corpid } = corp.value
    const outcome = await attempt(() => importCorp(corp.value))
    return { line: number, kind: 'company', corpid, ...outcome }
  }

  return {
    async *importEntries(entries) {
      const underWay: { kind: ImportResult['kind']; result: Promise<ImportResult> }[] = []
      for await (const entry of entries) {
        const kind = 'line' in entry ? entry.line.kind : 'company'
        const most = kind === 'company' ? 1 : linesAtOnce
        for (;;) {
          const [first] = underWay
          if (!first || (first.kind === kind && underWay.length < most)) break
          yield await first.result
          underWay.shift()
        }
        underWay.push({ kind, result: importEntry(entry) })
      }
      for (const { result } of underWay) yield await result
    },
  }
}
