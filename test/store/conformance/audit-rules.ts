import { describe, expect, test } from 'bun:test'
import type { AuditEntry, AuditQuery } from '../../../src/store/audit-log'
import type { EventLogDriver } from '../../../src/store/driver/drivers'
import { allOf } from '../all-of'
import { codeOf, type OpenBackend, startMs, useBench } from './bench'
import { apiKey, auditEntry, corpid } from './records'

const byAdmin: AuditEntry['actor'] = { kind: 'admin_token', id: null, name: null }
const byCommand: AuditEntry['actor'] = { kind: 'command', id: null, name: 'root' }

export const auditRules = (open: OpenBackend<EventLogDriver>) =>
  describe('the audit log', () => {
    const bench = useBench(open)
    const list = async (query: Partial<AuditQuery> = {}) =>
      (await bench.subject.listAudit({ limit: 200, ...query })).items
    const ids = async (query: Partial<AuditQuery> = {}) => (await list(query)).map(({ id }) => id)
    const idsOf = (...numbers: number[]) => numbers.map((n) => auditEntry(n).id)

    test('has each entry as it was written, after a restart too', async () => {
      const bare = auditEntry(2, {
        actor: byCommand,
        suiteId: null,
        corpid: null,
        address: null,
        status: 0,
        target: 'event-1',
      })
      await bench.subject.addAudit(auditEntry(1))
      await bench.subject.addAudit(bare)
      expect(await list()).toEqual([bare, auditEntry(1)])
      const log = await bench.reopen()
      expect((await log.listAudit({ limit: 9 })).items).toEqual([bare, auditEntry(1)])
    })

    test('keeps an entry as it is when its id comes again', async () => {
      await bench.subject.addAudit(auditEntry(1))
      await bench.subject.addAudit(auditEntry(1, { action: 'forged' }))
      expect(await list()).toEqual([auditEntry(1)])
    })

    test('is listed by who, what, which company and when', async () => {
      await bench.subject.restoreAudit([
        auditEntry(1, { actor: byAdmin }),
        auditEntry(2, { actor: byCommand, action: 'event.retry' }),
        auditEntry(3, { actor: { kind: 'key', id: apiKey(2).id, name: 'ci' }, corpid: 'wpother' }),
        auditEntry(4, { corpid: null }),
        auditEntry(5),
      ])
      expect(await ids()).toEqual(idsOf(5, 4, 3, 2, 1))
      expect(await ids({ actor: 'admin_token' })).toEqual(idsOf(1))
      expect(await ids({ actor: 'command' })).toEqual(idsOf(2))
      expect(await ids({ actor: apiKey(1).id })).toEqual(idsOf(5, 4))
      expect(await ids({ actor: 'key' })).toEqual([])
      expect(await ids({ action: 'event.retry' })).toEqual(idsOf(2))
      expect(await ids({ corpid })).toEqual(idsOf(5, 2, 1))
      expect(await ids({ since: startMs + 2, until: startMs + 4 })).toEqual(idsOf(3, 2))
      const all = { actor: apiKey(1).id, action: 'corp.access_token', corpid, since: startMs }
      expect(await ids(all)).toEqual(idsOf(5))
      expect(await ids({ ...all, until: startMs + 5 })).toEqual([])
    })

    test('is listed by time, whenever entries came, those of one time as they came', async () => {
      await bench.subject.restoreAudit([
        auditEntry(5),
        auditEntry(1),
        auditEntry(3),
        auditEntry(6, { at: startMs + 3 }),
      ])
      expect(await ids()).toEqual(idsOf(5, 6, 3, 1))
    })

    test.each([{}, { corpid }, { action: 'corp.access_token' }, { actor: apiKey(1).id }])(
      'comes in pages for %j, also where many entries are of one time',
      async (query) => {
        const numbers = [1, 2, 3, 4, 5]
        await bench.subject.restoreAudit(
          numbers.map((n) => auditEntry(n, { at: startMs + (n % 2) })),
        )
        const seen = await allOf((cursor) =>
          bench.subject.listAudit({ ...query, limit: 2, cursor }),
        )
        expect(seen.map(({ id }) => id)).toEqual(idsOf(5, 3, 1, 4, 2))
      },
    )

    test('refuses a cursor that no page gave', async () => {
      expect(await codeOf(list({ cursor: 'of another list' }))).toBe('invalid_request')
      expect(await codeOf(bench.subject.listAllAudit('x'))).toBe('invalid_request')
    })

    test('forgets what is older than a moment, however much it is', async () => {
      const entries = Array.from({ length: 1200 }, (_, n) => auditEntry(n))
      await bench.subject.restoreAudit(entries)
      expect(await bench.subject.purgeAudit(startMs + 1199)).toBe(1199)
      expect(await list()).toEqual([auditEntry(1199)])
    })

    test('leaves with an export in the order in which it came, and comes back once', async () => {
      const entries = Array.from({ length: 1200 }, (_, n) => auditEntry(n, { at: startMs - n }))
      expect(await bench.subject.restoreAudit(entries)).toBe(1200)
      expect(await bench.subject.restoreAudit([auditEntry(1), auditEntry(2000)])).toBe(1)
      const seen = await allOf((cursor) => bench.subject.listAllAudit(cursor))
      expect(seen).toEqual([...entries, auditEntry(2000)])
    })
  })
