import { expect, test } from 'bun:test'
import { factRule } from '../../../src/events/fact-rule'
import { createMemoryEventLog } from '../../../src/store/memory/memory-event-log'
import { createMemoryStore } from '../../../src/store/memory/memory-store'
import { exportFormat, exportVersion, framed } from '../../../src/suite/transfer/export-lines'
import { entriesOf } from '../../../src/suite/transfer/import-text'
import { freshBytes } from '../../fresh-bytes'
import { createScene, type Scene } from '../../scene'
import { endpointRecord } from '../../store/conformance/endpoint-record-rules'

/** Each process begins on an empty machine. */
const nomad = () =>
  createScene({
    drivers: (clock) => ({
      store: createMemoryStore({ clock, freshBytes }),
      eventLog: createMemoryEventLog(factRule),
    }),
  })

const exported = async ({ service }: Scene): Promise<string> => {
  const header = { format: exportFormat, version: exportVersion, suited: 'test', exportedAt: 1 }
  return (await Array.fromAsync(framed(header, service.stateExport.lines()))).join('')
}

const imported = async ({ service }: Scene, text: string) => {
  const results = await Array.fromAsync(service.stateImport.importEntries(await entriesOf(text)))
  return results.map(({ kind, result }) => `${kind} ${result}`)
}

test('an endpoint that is paused or off stays so when suited moves, and is told once', async () => {
  const before = await nomad()
  const record = endpointRecord()
  await before.store.changeEndpoint(record.name, () => record)
  await before.eventLog.setEndpointStatus(record.name, 'paused', 'a holiday', 1)
  await before.eventLog.setEndpointStatus('default', 'off', 'it answered 410 Gone', 1)
  const text = await exported(before)
  const after = await before.restart()
  expect(await imported(after, text)).toEqual([
    'endpoint_state imported',
    'endpoint_state imported',
    'endpoint imported',
  ])
  expect(await after.eventLog.listEndpointStates()).toMatchObject([
    { endpoint: record.name, status: 'paused', reason: 'a holiday' },
    { endpoint: 'default', status: 'off', reason: 'it answered 410 Gone' },
  ])
  await after.eventLog.setEndpointStatus('default', 'on', null, 2)
  expect(await imported(after, text)).toEqual([
    'endpoint_state already_there',
    'endpoint_state newer_kept',
    'endpoint already_there',
  ])
  expect(await after.eventLog.listEndpointStates()).toMatchObject([
    { status: 'paused' },
    { status: 'on' },
  ])
  await after.stop()
})
