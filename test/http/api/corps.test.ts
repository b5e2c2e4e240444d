import { describe, expect, test } from 'bun:test'
import { minuteMs } from '../../../src/clock'
import type { CorpRecord } from '../../../src/store/store'
import { createScene, type Scene } from '../../scene'
import { memberMessage, push } from '../wecom/sealed-callback'

const record = (scene: Scene, change: Partial<CorpRecord> = {}): CorpRecord => ({
  version: 1,
  suiteId: scene.suiteId,
  corpid: 'wpCompany',
  name: '示例企业',
  agentid: 1000002,
  status: 'authorized',
  statusReason: null,
  statusAt: scene.clock.now(),
  permanentCode: 'a-permanent-code',
  authorizedAt: scene.clock.now(),
  installEventId: 'event-x',
  authMode: 0,
  authInfo: { agentid: 1000002 },
  ...change,
})

const add = (scene: Scene, change: Partial<CorpRecord> = {}) => {
  const added = record(scene, change)
  return scene.store.changeCorp(added.suiteId, added.corpid, () => added)
}

/** As many companies, each a minute younger than the one before. */
const crowded = async (count: number) => {
  const scene = await createScene()
  const corpids: string[] = []
  for (let n = 0; n < count; n++) {
    const corpid = `wpCompany${String(n).padStart(3, '0')}`
    await add(scene, { corpid, authorizedAt: scene.clock.now() + n * minuteMs })
    corpids.unshift(corpid)
  }
  return { scene, corpids }
}

const corpidsOf = ({ items }: { items: { corpid: string }[] }) => items.map(({ corpid }) => corpid)

describe('the list of companies', () => {
  test('is empty at first', async () => {
    expect(await (await createScene()).ask('/api/corps')).toEqual({
      items: [],
      next: null,
      unreadable: 0,
    })
  })

  test('shows of each what a list needs and no secret', async () => {
    const scene = await createScene()
    const corpid = await scene.installed()
    expect(await scene.ask('/api/corps')).toEqual({
      items: [
        {
          corpid,
          suiteId: scene.suiteId,
          name: '青松科技有限公司',
          agentid: 1000002,
          status: 'authorized',
          authorizedAt: scene.clock.now(),
        },
      ],
      next: null,
      unreadable: 0,
    })
  })

  test('is newest first, fifty a page', async () => {
    const { scene, corpids } = await crowded(51)
    const page = await scene.ask('/api/corps')
    expect(corpidsOf(page)).toEqual(corpids.slice(0, 50))
    expect(page.next).not.toBeNull()
  })

  test.each([1, 7, 200])('is complete and without repeats over pages of %i', async (limit) => {
    const { scene, corpids } = await crowded(23)
    const seen: string[] = []
    let next: string | null = ''
    while (next !== null) {
      const cursor: string = next === '' ? '' : `&cursor=${encodeURIComponent(next)}`
      const page = await scene.ask(`/api/corps?limit=${limit}${cursor}`)
      expect(page.items.length).toBeLessThanOrEqual(limit)
      seen.push(...corpidsOf(page))
      next = page.next
    }
    expect(seen).toEqual(corpids)
  })

  test('goes on where it was when companies come and leave meanwhile', async () => {
    const { scene, corpids } = await crowded(10)
    const first = await scene.ask('/api/corps?limit=4')
    await add(scene, { corpid: 'wpNew', authorizedAt: scene.clock.now() + 60 * minuteMs })
    await add(scene, {
      corpid: corpids[3]!,
      status: 'cancelled',
      permanentCode: null,
      authorizedAt: scene.clock.now() + 6 * minuteMs,
    })
    const second = await scene.ask(`/api/corps?limit=200&cursor=${first.next}`)
    expect([...corpidsOf(first), ...corpidsOf(second)]).toEqual(corpids)
  })

  test.each(['0', '201', '-1', '1.5', 'all', ''])('has no pages of %p', async (limit) => {
    const scene = await createScene()
    const problem = await scene.ask(`/api/corps?limit=${limit}`)
    expect(problem).toMatchObject({ status: 400, code: 'invalid_request' })
    expect(problem.errors[0].field).toBe('limit')
  })

  test('knows only cursors that it gave', async () => {
    const scene = await createScene()
    const problem = await scene.ask('/api/corps?cursor=nonsense')
    expect(problem).toMatchObject({ status: 400, code: 'invalid_request' })
  })

  test('can be of one status', async () => {
    const scene = await createScene()
    await add(scene, { corpid: 'wpHere' })
    await add(scene, { corpid: 'wpLeft', status: 'cancelled', permanentCode: null })
    await add(scene, { corpid: 'wpAsleep', status: 'suspended' })
    expect(corpidsOf(await scene.ask('/api/corps?status=cancelled'))).toEqual(['wpLeft'])
    expect(corpidsOf(await scene.ask('/api/corps?status=suspended'))).toEqual(['wpAsleep'])
    expect((await scene.ask('/api/corps?status=gone')).code).toBe('invalid_request')
  })

  test('can be searched by a part of the name or of the corpid', async () => {
    const scene = await createScene()
    await add(scene, { corpid: 'wpAlpha', name: 'Acme 科技' })
    await add(scene, { corpid: 'wpBeta', name: '云帆贸易' })
    const found = async (q: string) =>
      corpidsOf(await scene.ask(`/api/corps?q=${encodeURIComponent(q)}`))
    expect(await found('科技')).toEqual(['wpAlpha'])
    expect(await found('acme')).toEqual(['wpAlpha'])
    expect(await found('Bet')).toEqual(['wpBeta'])
    expect(await found('nobody')).toEqual([])
  })
})

describe('one company', () => {
  test('is shown with all but its secrets', async () => {
    const scene = await createScene()
    const corpid = await scene.installed()
    const shown = await scene.ask(`/api/corps/${corpid}`)
    expect(shown).toMatchObject({
      corpid,
      suiteId: scene.suiteId,
      status: 'authorized',
      statusReason: null,
      statusAt: scene.clock.now(),
      authMode: 0,
      authInfo: { agentid: 1000002, privilege: { allow_party: [1] } },
    })
    const { permanentCode } = (await scene.store.loadCorp(scene.suiteId, corpid))!
    expect(JSON.stringify(shown)).not.toContain(permanentCode!)
  })

  test.each<[string, Partial<CorpRecord> | null, string]>([
    ['was never seen', null, 'never seen'],
    ['left', { status: 'cancelled', permanentCode: null }, 'left at 2026-11-22T08:00:00.000Z'],
    [
      'is invalid',
      { status: 'invalid', statusReason: 'WeCom says so' },
      'invalid since 2026-11-22T08:00:00.000Z: WeCom says so',
    ],
    [
      'is suspended',
      { status: 'suspended', statusReason: 'the app is disabled' },
      'suspended since 2026-11-22T08:00:00.000Z: the app is disabled',
    ],
  ])('that %s can’t be served, and why is said', async (_, change, reason) => {
    const scene = await createScene()
    if (change) await add(scene, change)
    for (const path of [
      '/api/corps/wpCompany/access-token',
      '/sign?corpid=wpCompany&url=https://app.example.com/',
    ]) {
      expect(await scene.ask(path)).toMatchObject({
        status: 404,
        code: 'corp_not_authorized',
        reason: expect.stringContaining(reason),
      })
    }
    expect(scene.calls('*')).toBe(0)
  })

  test('whose messages arrive without a code was installed before suited, and that is said', async () => {
    const scene = await createScene()
    const message = memberMessage(scene, { ToUserName: 'wpCompany' })
    await push(scene, { path: '/callback/data', message, receiveId: 'wpCompany' })
    const problem = await scene.ask('/api/corps/wpCompany')
    expect(problem).toMatchObject({ status: 404, code: 'corp_not_authorized' })
    expect(problem.reason).toContain('installed before suited')
  })

  test.each(['wp%2F..%2F..', 'wp%00', 'a%20b', 'wp公司'])('is not called %s', async (corpid) => {
    const scene = await createScene()
    const problem = await scene.ask(`/api/corps/${corpid}`)
    expect(problem).toMatchObject({ status: 400, code: 'invalid_request' })
    expect(scene.logs.filter(({ level }) => level === 'error')).toEqual([])
  })
})
