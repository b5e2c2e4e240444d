import { describe, expect, test } from 'bun:test'
import { minuteMs } from '../../../src/clock'
import type { Scene } from '../../scene'
import { installedThrice, threeSuites } from '../../suite/three-suites'

const routes = [
  ['GET', ''],
  ['GET', '/timeline'],
  ['GET', '/admins'],
  ['POST', '/recheck'],
  ['GET', '/access-token'],
  ['GET', '/jsapi-ticket'],
  ['GET', '/callback'],
] as const

type Route = readonly [method: string, path: string]

const ask = (scene: Scene, corpid: string, [method, route]: Route, suite = '') =>
  scene.ask(`/api/corps/${corpid}${route}${suite && `?suite=${suite}`}`, { method })

const leave = async (scene: Scene, suiteId: string, corpid: string) => {
  await scene.clock.advance(10 * minuteMs)
  await scene.simulator.pusher.uninstall(suiteId, corpid)
  await scene.settle()
}

let thrice: ReturnType<typeof installedThrice> | null = null
/** One for all requests that are refused: they change nothing. */
const refusing = () => {
  thrice ??= installedThrice()
  return thrice
}

describe('a request about a company that has several of our apps', () => {
  test.each(routes)('(%s %s) has to name the suite', async (method, path) => {
    const route: Route = [method, path]
    const { scene, corpids } = await refusing()
    const problem = await ask(scene, corpids[0]!, route)
    expect(problem).toMatchObject({ status: 400, code: 'suite_required' })
    expect(problem.suites.toSorted()).toEqual(['crm', 'hr', 'template'])
  })

  test.each(routes)('(%s %s) may name it by key or by id', async (method, path) => {
    const route: Route = [method, path]
    const { scene, ids, corpids } = await installedThrice()
    const byKey = await ask(scene, corpids[0]!, route, 'hr')
    expect(byKey).not.toHaveProperty('code')
    expect(await ask(scene, corpids[0]!, route, ids.hr)).toEqual(byKey)
  })

  test.each(routes)('(%s %s) has to name one of ours', async (method, path) => {
    const route: Route = [method, path]
    const { scene, ids, corpids } = await refusing()
    for (const name of ['HR', ids.hr.toUpperCase(), 'wwother']) {
      expect(await ask(scene, corpids[0]!, route, name)).toMatchObject({
        status: 404,
        code: 'suite_not_found',
      })
    }
  })

  test('need not name it any more once the company has only one', async () => {
    const { scene, ids, corpids } = await installedThrice()
    const [corpid = ''] = corpids
    await leave(scene, ids.crm, corpid)
    expect((await ask(scene, corpid, ['GET', ''])).suites.toSorted()).toEqual(['hr', 'template'])
    await leave(scene, ids.template, corpid)
    expect(await ask(scene, corpid, ['GET', ''])).toMatchObject({ suiteId: ids.hr })
    expect((await ask(scene, corpid, ['GET', ''], 'crm')).status).toBe('cancelled')
  })

  test('has to name it where the company left them all', async () => {
    const { scene, ids, corpids } = await installedThrice()
    for (const suiteId of Object.values(ids)) await leave(scene, suiteId, corpids[0]!)
    expect((await ask(scene, corpids[0]!, ['GET', ''])).code).toBe('suite_required')
    expect((await ask(scene, corpids[0]!, ['GET', ''], 'hr')).status).toBe('cancelled')
  })

  test('has to name it by whichever of its ids the company is asked for', async () => {
    const { scene, ids, corpids } = await installedThrice()
    const [corpid = ''] = corpids
    for (const suiteId of Object.values(ids)) {
      await scene.store.changeCorp(suiteId, corpid, (record) => ({
        ...record!,
        openCorpid: 'wpOther',
      }))
    }
    expect((await ask(scene, 'wpOther', ['GET', ''])).code).toBe('suite_required')
    expect(await ask(scene, 'wpOther', ['GET', ''], 'hr')).toMatchObject({ corpid })
  })
})

describe('a request about a company that has one of our apps', () => {
  test('need not name it, though that is not the default one', async () => {
    const { scene, ids, corpids } = await threeSuites()
    await scene.simulator.pusher.pushTicket(ids.hr)
    await scene.simulator.pusher.install(ids.hr, corpids[0]!)
    await scene.settle()
    for (const route of routes) {
      expect(await ask(scene, corpids[0]!, route)).not.toHaveProperty('code')
    }
    expect((await ask(scene, corpids[0]!, ['GET', ''], 'crm')).code).toBe('corp_not_authorized')
  })

  test('is about the default one where nobody knows the company', async () => {
    const { scene } = await threeSuites()
    const problem = await ask(scene, 'wpNever', ['GET', ''])
    expect(problem).toMatchObject({ status: 404, code: 'corp_not_authorized' })
    expect(problem.reason).toContain('never seen')
  })
})

describe('ids that differ only in letter case', () => {
  const twins = () =>
    threeSuites({
      simulator: {
        suites: [{ suiteId: 'wwAbCdEf' }, { suiteId: 'wwabcdef' }, { kind: 'customised' }],
        companies: [{ corpid: 'wpAbC' }, { corpid: 'wpaBc' }],
      },
    })

  test('are two suites and two companies', async () => {
    const { scene } = await twins()
    const { pusher } = scene.simulator
    await pusher.pushTicket('wwAbCdEf')
    await pusher.pushTicket('wwabcdef')
    await pusher.install('wwAbCdEf', 'wpAbC')
    await pusher.install('wwabcdef', 'wpaBc')
    await scene.settle()
    expect(await ask(scene, 'wpAbC', ['GET', ''])).toMatchObject({ suiteId: 'wwAbCdEf' })
    expect(await ask(scene, 'wpaBc', ['GET', ''])).toMatchObject({ suiteId: 'wwabcdef' })
    expect((await ask(scene, 'wpabc', ['GET', ''])).code).toBe('corp_not_authorized')
    expect((await ask(scene, 'wpAbC', ['GET', ''], 'wwabcdef')).code).toBe('corp_not_authorized')
    const [first, second] = await Promise.all([
      scene.ask('/api/suites/wwAbCdEf/access-token'),
      scene.ask('/api/suites/wwabcdef/access-token'),
    ])
    expect(first.accessToken).not.toBe(second.accessToken)
    expect((await scene.ask('/api/suites/wwABCDEF/access-token')).code).toBe('suite_not_found')
  })
})
