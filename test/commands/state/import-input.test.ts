import { expect, test } from 'bun:test'
import { readInput } from '../../../src/commands/state/import-input'
import { encoded } from '../../../src/suite/transfer/byte-stream'
import { ExportLine, exportFormat, framed } from '../../../src/suite/transfer/export-lines'
import { endpointRecord } from '../../store/conformance/endpoint-record-rules'
import { apiKey, auditEntry, corp, suiteId, ticket } from '../../store/conformance/records'

const event: Extract<ExportLine, { kind: 'event' }>['event'] = {
  id: 'event-1',
  suiteId,
  corpid: null,
  source: 'command',
  type: 'create_auth',
  receivedAt: 1,
  body: '<xml/>',
  status: 'pending',
  attempts: 0,
  nextAttemptAt: 1,
  lastError: null,
  deliveries: [],
}
const fact = { id: 'event-1', suiteId, corpid: null, type: 'create_auth', at: 1, payload: '{}' }

/** One of each kind, in the order of an export. */
const lines: readonly ExportLine[] = [
  { kind: 'identities', identities: [{ identity: 'identity-1', seenAt: 1 }] },
  { kind: 'event', event },
  { kind: 'facts', facts: [fact] },
  { kind: 'audit', entries: [auditEntry(1)] },
  { kind: 'service_secret', secret: Buffer.alloc(32, 7).toString('base64') },
  { kind: 'key', key: apiKey(1) },
  { kind: 'endpoint_state', endpoint: 'crm', status: 'paused', reason: 'paused by an operator' },
  { kind: 'endpoint', endpoint: endpointRecord() },
  { kind: 'suite', suiteId, ticket: ticket() },
  { kind: 'corp', corp: corp() },
  { kind: 'unreadable', suiteId: null, corpid: null, problem: 'damaged' },
]

const kinds = ExportLine.anyOf.map(({ properties }) => properties.kind.const)

test('every kind of line of an export is imported: events after companies, identities last', async () => {
  const header = { format: exportFormat, version: 3, suited: 'test', exportedAt: 1 }
  const each = async function* () {
    yield* lines
  }
  const entries = await readInput(() => encoded(framed(header, each())), [])
  const read = (await Array.fromAsync(entries)).flatMap((entry) =>
    'line' in entry ? [entry.line] : [],
  )
  const events = read.findIndex(({ kind }) => kind === 'event')
  expect(read.toSpliced(events)).toEqual(lines.slice(2))
  expect(read.slice(events)).toEqual(lines.slice(0, 2).toReversed())
  expect(new Set(read.map(({ kind }) => kind))).toEqual(new Set(kinds))
})
