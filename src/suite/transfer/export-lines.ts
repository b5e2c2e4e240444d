/**
 * The lines of an export: what each holds, and the frame around them by which it shows that none is
 * missing and none was changed. No I/O. No clock.
 */
import { createHash } from 'node:crypto'
import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { ApiKeyRecord } from '../../store/api-keys'
import { AuditEntry } from '../../store/audit-log'
import { EndpointRecord } from '../../store/endpoints'
import { type EventRecord, eventSources, eventStatuses } from '../../store/event-record'
import { ServiceSecretText } from '../../store/service-secret'
import { CorpRecord } from '../../store/store'
import { SuiteTicket } from '../../store/suite-record'
import { ExportUnreadable } from './unusable-export'

/** What the first line calls an export that can be imported. */
export const exportFormat = 'suited-export'
/** What it calls the state without secrets. */
export const stateFormat = 'suited-state'
/**
 * 2: facts. 3: API keys, the service's secret, the audit log. 4: endpoints, deliveries. 5: the
 * states of endpoints.
 */
export const exportVersion = 5
export const stateVersion = 1

export const ExportHeader = Type.Object({
  format: Type.String({ description: `${exportFormat}, or ${stateFormat} without secrets.` }),
  version: Type.Integer({ minimum: 1, description: 'Of the format of the lines.' }),
  suited: Type.String({ description: 'The version of the suited that wrote it.' }),
  exportedAt: Type.Integer({ description: 'When it was begun. Epoch milliseconds.' }),
})
export type ExportHeader = Static<typeof ExportHeader>

const SuiteLine = Type.Object({
  kind: Type.Literal('suite'),
  suiteId: Type.String({ minLength: 1 }),
  ticket: SuiteTicket,
})

const CorpLine = Type.Object({ kind: Type.Literal('corp'), corp: CorpRecord })

const OrNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()])

const progress = {
  status: Type.Union(eventStatuses.map((status) => Type.Literal(status))),
  attempts: Type.Integer({ minimum: 0 }),
  nextAttemptAt: OrNull(Type.Integer()),
  lastError: OrNull(Type.String()),
}

const EventLine = Type.Object({
  kind: Type.Literal('event'),
  event: Type.Object({
    id: Type.String({ minLength: 1 }),
    suiteId: OrNull(Type.String()),
    corpid: OrNull(Type.String()),
    source: Type.Union(eventSources.map((source) => Type.Literal(source))),
    type: Type.String(),
    receivedAt: Type.Integer(),
    body: Type.String(),
    ...progress,
    // The pending secret, by the name that it had first.
    kept: Type.Optional(OrNull(Type.String())),
    dispatchAt: Type.Optional(OrNull(Type.Integer())),
    outgoing: Type.Optional(OrNull(Type.String())),
    deliveries: Type.Array(
      Type.Object({
        endpoint: Type.String(),
        ...progress,
        step: Type.Integer({ minimum: 0 }),
        ordered: Type.Boolean(),
        dispatchedAt: Type.Integer(),
      }),
    ),
  }),
})

const IdentitiesLine = Type.Object({
  kind: Type.Literal('identities'),
  identities: Type.Array(
    Type.Object({ identity: Type.String({ minLength: 1 }), seenAt: Type.Integer() }),
  ),
})

const FactsLine = Type.Object({
  kind: Type.Literal('facts'),
  facts: Type.Array(
    Type.Object({
      id: Type.String({ minLength: 1 }),
      suiteId: OrNull(Type.String()),
      corpid: OrNull(Type.String()),
      type: Type.String(),
      at: Type.Integer(),
      payload: Type.String(),
    }),
  ),
})

const AuditLine = Type.Object({ kind: Type.Literal('audit'), entries: Type.Array(AuditEntry) })

const KeyLine = Type.Object({ kind: Type.Literal('key'), key: ApiKeyRecord })

const EndpointLine = Type.Object({ kind: Type.Literal('endpoint'), endpoint: EndpointRecord })

/** Of an endpoint that takes nothing because an operator or suited said so. */
const EndpointStateLine = Type.Object({
  kind: Type.Literal('endpoint_state'),
  endpoint: Type.String({ minLength: 1 }),
  status: Type.Union([Type.Literal('paused'), Type.Literal('off')]),
  reason: OrNull(Type.String()),
})

const ServiceSecretLine = Type.Object({
  kind: Type.Literal('service_secret'),
  secret: ServiceSecretText,
})

/** A document that could not be read when the export was made: the file lacks it. */
const UnreadableLine = Type.Object({
  kind: Type.Literal('unreadable'),
  suiteId: OrNull(Type.String()),
  corpid: OrNull(Type.String()),
  problem: Type.String(),
})

export const ExportLine = Type.Union([
  SuiteLine,
  CorpLine,
  EventLine,
  IdentitiesLine,
  FactsLine,
  AuditLine,
  KeyLine,
  EndpointStateLine,
  EndpointLine,
  ServiceSecretLine,
  UnreadableLine,
])
export type ExportLine = Static<typeof ExportLine>

export type ExportedEvent = Static<typeof EventLine>['event']

export const eventAsExported = ({ pendingSecret, ...event }: EventRecord): ExportedEvent => ({
  ...event,
  kept: pendingSecret,
})

export const eventOfExported = (exported: ExportedEvent): EventRecord => {
  const { kept = null, dispatchAt = null, outgoing = null, ...event } = exported
  return { ...event, pendingSecret: kept, dispatchAt, outgoing }
}

const EndLine = Type.Object({
  kind: Type.Literal('end'),
  lines: Type.Integer({ description: 'How many stand before it, the header among them.' }),
  sha256: Type.String({ description: 'Of all the bytes before it, in hex.' }),
})

/** The JSON of a line; undefined if it is none. */
export const jsonOfLine = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The count and the hash of lines as they pass. */
const createLineDigest = () => {
  const hash = createHash('sha256')
  let lines = 0
  return {
    add(text: string) {
      hash.update(text)
      lines += 1
    },
    end: () => ({ kind: 'end' as const, lines, sha256: hash.digest('hex') }),
  }
}

/** The text of an export, a line at a time: header, lines, and the end that vouches for them. */
export async function* framed(
  header: ExportHeader,
  lines: AsyncIterable<object>,
): AsyncGenerator<string> {
  const digest = createLineDigest()
  const take = (line: object): string => {
    const text = `${JSON.stringify(line)}\n`
    digest.add(text)
    return text
  }
  yield take(header)
  for await (const line of lines) yield take(line)
  yield `${JSON.stringify(digest.end())}\n`
}

const checkHeader = (text: string): void => {
  const header = jsonOfLine(text)
  if (!Value.Check(ExportHeader, header)) throw new ExportUnreadable('altered')
  if (header.format === stateFormat) throw new ExportUnreadable('no_secrets')
  if (header.format !== exportFormat) throw new ExportUnreadable('altered')
  if (header.version > exportVersion) throw new ExportUnreadable('newer')
}

export interface NumberedLine {
  /** Its place in the file, from 1. */
  readonly number: number
  readonly line: ExportLine
}

/**
 * The lines of an export again. Whoever acts on them goes through to the end once before: only
 * there it shows whether the export is whole.
 *
 * @param texts each line with its newline, if it has one
 * @throws {ExportUnreadable} invalid_request
 */
export async function* unframed(
  texts: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<NumberedLine> {
  const digest = createLineDigest()
  let number = 0
  let ended = false
  for await (const text of texts) {
    number += 1
    if (ended) throw new ExportUnreadable('altered')
    if (number === 1) checkHeader(text)
    else {
      const line = jsonOfLine(text)
      if (Value.Check(EndLine, line)) {
        const { lines, sha256 } = digest.end()
        if (line.lines !== lines || line.sha256 !== sha256) throw new ExportUnreadable('altered')
        ended = true
        continue
      }
      if (!Value.Check(ExportLine, line)) throw new ExportUnreadable('altered')
      yield { number, line }
    }
    digest.add(text)
  }
  if (!ended) throw new ExportUnreadable('altered')
}
