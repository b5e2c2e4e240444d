/** What anybody can make a replica ask of its database. */
import { expect, test } from 'bun:test'
import { minuteMs, secondMs } from '../../src/clock'
import { describeWithTool } from '../optional-tool'
import { findPostgres } from '../postgres/server'
import { createScene, type Scene } from '../scene'
import { onDatabase } from './scenes'

const publicUrl = { SUITED_PUBLIC_URL: 'https://gw.example.com' }

/** A replica whose statements are counted, and which has come to rest. */
const stage = async () => {
  const { statements, ...database } = await onDatabase()
  const scene = await createScene({ ...database, env: publicUrl })
  await scene.clock.advance(15 * secondMs)
  /** How many statements there are while somebody does something, and for so long afterwards. */
  const counted = async (ms: number, act: (scene: Scene) => unknown): Promise<number> => {
    const before = statements.length
    const acted = act(scene)
    await scene.clock.advance(ms)
    await acted
    return statements.length - before
  }
  return { scene, counted }
}

describeWithTool('PostgreSQL', findPostgres, 'a stranger', () => {
  test('costs few statements with auth_codes that nobody can exchange yet', async () => {
    const { scene, counted } = await stage()
    const atRest = await counted(11 * minuteMs, () => undefined)
    const bring = (n: number) => scene.request(`/install/done?auth_code=madeup${n}`)
    const codes = Array.from({ length: 10 }, (_, n) => n)
    const busy = await counted(11 * minuteMs, async () => {
      const answers = await Promise.all(codes.map(bring))
      expect(answers.map(({ status }) => status)).toEqual(codes.map(() => 200))
    })
    expect((busy - atRest) / codes.length).toBeLessThan(30)
    await scene.stop()
  }, 60_000)

  test('is told what WeCom says of such a code as soon as a ticket comes', async () => {
    const { scene } = await stage()
    const exchange = '/cgi-bin/service/v2/get_permanent_code'
    void scene.request('/install/done?auth_code=madeup')
    await scene.clock.advance(minuteMs)
    expect(scene.calls(exchange)).toBe(0)
    await scene.simulator.pusher.pushTicket(scene.suiteId)
    await scene.clock.advance(secondMs)
    expect(scene.calls(exchange)).toBe(1)
    await scene.stop()
  })

  test('costs two look-ups for each company that is made up, however many there are', async () => {
    const { scene, counted } = await stage()
    const sign = async () => {
      for (let n = 0; n < 200; n++) expect((await scene.sign(`wpMadeUp${n}`)).status).toBe(404)
    }
    expect(await counted(0, sign)).toBeLessThan(2 * 200 + 20)
    await scene.stop()
  })
})
