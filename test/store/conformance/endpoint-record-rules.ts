import { describe, expect, test } from 'bun:test'
import type { StoreDriver } from '../../../src/store/driver/drivers'
import { type EndpointRecord, mostEndpoints } from '../../../src/store/endpoints'
import { codeOf, type OpenBackend, startMs, useBench } from './bench'

export const endpointRecord = (changes: Partial<EndpointRecord> = {}): EndpointRecord => ({
  version: 1,
  name: 'crm',
  url: 'https://crm.example.com/hooks/wecom',
  signing: { format: 'standard', secrets: [{ secret: 'whsec_one', until: null }] },
  types: ['event.*'],
  suites: null,
  corps: null,
  order: 'corp',
  replies: false,
  private: false,
  maxPerSecond: null,
  concurrency: 8,
  headers: { 'x-team': '客服' },
  createdAt: startMs,
  ...changes,
})

export const endpointRecordRules = (open: OpenBackend<StoreDriver>) =>
  describe('endpoints', () => {
    const bench = useBench(open)
    const save = (record: EndpointRecord) => bench.subject.changeEndpoint(record.name, () => record)

    test('are listed by name and there after a restart', async () => {
      await save(endpointRecord())
      await save(endpointRecord({ name: 'bi' }))
      const listed = await bench.subject.listEndpoints()
      expect(listed.map(({ name }) => name)).toEqual(['bi', 'crm'])
      expect(listed[1]).toEqual(endpointRecord())
      expect(await (await bench.reopen()).listEndpoints()).toEqual(listed)
    })

    test('change one after the other, each seeing what the one before left', async () => {
      await save(endpointRecord({ concurrency: 1 }))
      await Promise.all(
        Array.from({ length: 5 }, () =>
          bench.subject.changeEndpoint('crm', (current) => ({
            ...current!,
            concurrency: current!.concurrency + 1,
          })),
        ),
      )
      expect(await bench.subject.listEndpoints()).toMatchObject([{ concurrency: 6 }])
    })

    test('stay as they were where a change gives null', async () => {
      expect(await bench.subject.changeEndpoint('crm', () => null)).toEqual({
        before: null,
        after: null,
      })
      await save(endpointRecord())
      expect((await bench.subject.changeEndpoint('crm', () => null)).after).toEqual(
        endpointRecord(),
      )
    })

    test('can be removed', async () => {
      await save(endpointRecord())
      expect(await bench.subject.removeEndpoint('crm')).toBe(true)
      expect(await bench.subject.removeEndpoint('crm')).toBe(false)
      expect(await bench.subject.listEndpoints()).toEqual([])
    })

    test('have names that fit a path, and there is an end to their number', async () => {
      for (const name of ['', 'A', '-a', 'a/b', 'x'.repeat(33)]) {
        expect(await codeOf(bench.subject.changeEndpoint(name, () => null))).toBe('invalid_request')
      }
      for (let n = 0; n < mostEndpoints; n++) await save(endpointRecord({ name: `e${n}` }))
      expect(await codeOf(save(endpointRecord()))).toBe('invalid_request')
      await save(endpointRecord({ name: 'e0', concurrency: 2 }))
    })
  })
