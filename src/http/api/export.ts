/**
 * The routes that export all state: without secrets to be read, or with them and encrypted to be
 * kept or moved.
 */
import { Value } from '@sinclair/typebox/value'
import { Elysia, type Static, t } from 'elysia'
import type { Clock } from '../../clock'
import { ServiceError } from '../../errors'
import { showEvent } from '../../events/event-view'
import type { Logger } from '../../log'
import type { Random } from '../../retry'
import { type Bytes, begun, encoded } from '../../suite/transfer/byte-stream'
import { encryptForRecipient, encryptWithPassphrase } from '../../suite/transfer/encrypt-export'
import type { StateExport } from '../../suite/transfer/export'
import { isRecipient, recipientOfKey, recipientPattern } from '../../suite/transfer/export-key'
import { type ExportLine, framed, stateFormat } from '../../suite/transfer/export-lines'
import { noStore } from '../answer/headers'
import { exampleOf, mediaTypeKeyword, named } from '../answer/named-schema'
import { createOneAtATime } from '../answer/one-at-a-time'
import { operatorOperations } from '../answer/operation-detail'
import { invalidFields } from '../answer/problem'
import { operatorProblems } from '../answer/problem-schema'
import { streamedBody } from '../answer/stream'
import { jsonRequestBody, readJson } from '../request/json-body'
import { Corp, showCorp } from './corp-records'
import { Event } from './event-records'

const shortestPassphrase = 12

const detail = operatorOperations('Operations')

const noPassphrase = () =>
  invalidFields([
    { field: 'passphrase', message: `must be a text of at least ${shortestPassphrase} characters` },
  ])

const noRecipient = () =>
  invalidFields([
    { field: 'recipient', message: 'must be an X25519 recipient of age, without a passphrase' },
  ])

const EncryptedFor = named(
  'ExportRecipient',
  t.Object({
    passphrase: t.Optional(
      t.String({
        minLength: shortestPassphrase,
        description: 'Opens the export later. Without it SUITED_ENCRYPTION_KEY does.',
      }),
    ),
    recipient: t.Optional(
      t.String({
        pattern: recipientPattern,
        description: 'Whose identity opens the export later: an X25519 recipient of age, `age1…`.',
      }),
    ),
  }),
  { passphrase: 'correct horse battery staple' },
)

const stateExample = `{"format":"suited-state","version":1,"suited":"1.0.0","exportedAt":1795334400000}
${JSON.stringify({ kind: 'corp', corp: exampleOf(Corp) })}
{"kind":"end","lines":2,"sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}
`

/** A line as it may be shown: of what a schema doesn't list nothing is left. */
const showLine = (line: ExportLine): object | null => {
  switch (line.kind) {
    case 'suite': {
      const { timeStampSeconds, receivedAt } = line.ticket
      return { kind: line.kind, suiteId: line.suiteId, ticket: { timeStampSeconds, receivedAt } }
    }
    case 'corp':
      return { kind: line.kind, corp: Value.Clean(Corp, showCorp(line.corp)) }
    case 'event':
      return { kind: line.kind, event: Value.Clean(Event, showEvent(line.event)) }
    case 'unreadable':
    case 'endpoint_state':
      return line
    case 'key': {
      const { version: _, secrets: __, ...key } = line.key
      return { kind: line.kind, key }
    }
    case 'endpoint': {
      const { version: _, signing, headers: __, url: ___, ...endpoint } = line.endpoint
      return { kind: line.kind, endpoint: { ...endpoint, format: signing.format } }
    }
    case 'identities':
    case 'facts':
    case 'audit':
    case 'service_secret':
      return null
  }
}

async function* shownLines(lines: AsyncIterable<ExportLine>): AsyncGenerator<object> {
  for await (const line of lines) {
    const shown = showLine(line)
    if (shown) yield shown
  }
}

export interface ExportRoutesParts {
  readonly stateExport: StateExport
  /** SUITED_ENCRYPTION_KEY. */
  readonly exportKey: Uint8Array | null
  readonly random: Random
  readonly clock: Clock
  readonly log: Logger
}

export const exportRoutes = (parts: ExportRoutesParts) => {
  const { stateExport, exportKey, random, clock, log } = parts
  const underWay = 'Another export of this kind is under way; one is made at a time.'
  const oneShown = createOneAtATime(underWay)
  const oneEncrypted = createOneAtATime(underWay)

  const readBody = async (request: Request): Promise<Static<typeof EncryptedFor>> => {
    const empty = request.headers.get('content-length') === '0' || request.body === null
    const body = empty ? {} : await readJson(request, clock)
    if (Value.Check(EncryptedFor, body)) return body
    const wrong = Value.Errors(EncryptedFor, body).First()?.path
    throw wrong === '/recipient' ? noRecipient() : noPassphrase()
  }

  /** How what leaves is encrypted, as the body of the request wants it. */
  const encryptionFor = async (request: Request): Promise<(plain: Bytes) => Bytes> => {
    const { passphrase, recipient } = await readBody(request)
    if (recipient !== undefined) {
      if (passphrase !== undefined || !(await isRecipient(recipient))) throw noRecipient()
      return (plain) => encryptForRecipient(plain, recipient)
    }
    if (passphrase !== undefined) {
      return (plain) => encryptWithPassphrase(plain, passphrase, random)
    }
    if (exportKey !== null) {
      const ownRecipient = await recipientOfKey(exportKey)
      return (plain) => encryptForRecipient(plain, ownRecipient)
    }
    throw new ServiceError(
      'invalid_request',
      'Secrets leave encrypted only: send { "passphrase": "…" } or { "recipient": "age1…" }, or set SUITED_ENCRYPTION_KEY.',
    )
  }

  return new Elysia({ prefix: '/export' })
    .get(
      '',
      () => {
        const bytes = oneShown(() =>
          encoded(framed(stateExport.header(stateFormat), shownLines(stateExport.lines()))),
        )
        return new Response(streamedBody(bytes, log), {
          headers: { ...noStore, 'content-type': 'application/x-ndjson; charset=utf-8' },
        })
      },
      {
        response: {
          200: t.String({
            description: 'JSON lines: a header, the state, an end that counts them.',
            [mediaTypeKeyword]: 'application/x-ndjson',
            examples: [stateExample],
          }),
          ...operatorProblems(),
        },
        detail: detail(
          'showState',
          'All state, without secrets',
          'As JSON lines: tickets’ ages, companies, API keys without their hashes, events that are not done. For reading; it can’t be imported.',
        ),
      },
    )
    .post(
      '',
      async ({ request }) => {
        const encrypt = await encryptionFor(request)
        const bytes = oneEncrypted(() => encrypt(stateExport.bytes()))
        // A passphrase takes its time, and a connection on which nothing comes for long is closed.
        return new Response(streamedBody(await begun(bytes), log), {
          headers: {
            ...noStore,
            'content-type': 'application/octet-stream',
            'content-disposition': 'attachment; filename="suited.export"',
          },
        })
      },
      {
        parse: 'none',
        response: {
          200: t.String({
            description: 'Bytes that `suited import` takes.',
            [mediaTypeKeyword]: 'application/octet-stream',
            examples: ['age-encryption.org/v1\n-> X25519 …'],
          }),
          ...operatorProblems('body_too_large', 'unsupported_media_type'),
        },
        detail: {
          ...detail(
            'exportState',
            'All state, secrets included, encrypted',
            'In the age format, for the recipient or with the passphrase of the body, else for the identity of SUITED_ENCRYPTION_KEY (`suited export --identity`). Tokens are left out: they can be fetched again.',
          ),
          ...jsonRequestBody(EncryptedFor, false),
        },
      },
    )
}
