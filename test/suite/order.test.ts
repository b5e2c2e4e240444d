import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { minuteMs, secondMs } from '../../src/clock'
import { currentInstallation } from '../../src/simulator/world/installations'
import { command } from '../http/wecom/sealed-callback'
import { createScene, type Scene, startAt } from '../scene'

/** What a company does, how long after what it did before, and when WeCom's pushes of it arrive. */
interface Step {
  readonly does: 'install' | 'uninstall' | 'change'
  readonly afterSeconds: number
  readonly arrivesAfterSeconds: readonly number[]
}

const anyStep: fc.Arbitrary<Step> = fc.record({
  does: fc.constantFrom('install', 'uninstall', 'change'),
  afterSeconds: fc.integer({ min: 1, max: 400 }),
  // Within the ten minutes of an auth_code's life.
  arrivesAfterSeconds: fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 3 }),
})

/** A scene whose WeCom has another time than suited. */
const skewedScene = async (skewMs: number): Promise<Scene> => {
  let scene: Scene | null = null
  const clock = {
    now: () => (scene?.clock.now() ?? startAt) + skewMs,
    sleep: (ms: number, signal?: AbortSignal) => scene!.clock.sleep(ms, signal),
    alarm: (ms: number, ring: () => void) => scene!.clock.alarm(ms, ring),
  }
  scene = await createScene({ simulator: { clock } })
  scene.simulator.pusher.startTickets()
  await scene.settle()
  return scene
}

/**
 * Does it in the world, and gives the message that WeCom would push; null if it can't be done now.
 */
const perform = async (scene: Scene, corpid: string, { does }: Step): Promise<string | null> => {
  const { pusher, world } = scene.simulator
  const { suiteId } = scene
  const TimeStamp = Math.floor(world.clock.now() / secondMs)
  const installation = currentInstallation(world, suiteId, corpid)
  if (does === 'install') {
    const { authCode } = await pusher.install(suiteId, corpid, { from: 'provider' })
    return command(scene, {
      InfoType: 'create_auth',
      AuthCode: authCode,
      AuthCorpId: '',
      TimeStamp,
    })
  }
  if (!installation) return null
  const suite = world.suites.get(suiteId)!
  const { commandUrl } = suite
  suite.commandUrl = null
  if (does === 'uninstall') await pusher.uninstall(suiteId, corpid)
  else {
    const level = (installation.privilege.level % 3) + 1
    await pusher.changeAuth(suiteId, corpid, {
      privilege: { ...installation.privilege, level },
    })
  }
  suite.commandUrl = commandUrl
  const InfoType = does === 'uninstall' ? 'cancel_auth' : 'change_auth'
  return command(scene, { InfoType, AuthCorpId: corpid, TimeStamp })
}

/** Plays the steps, each message arriving in its own time; then waits until all is quiet. */
const play = async (scene: Scene, corpid: string, steps: readonly Step[]): Promise<void> => {
  const { clock } = scene
  const pushes: { readonly at: number; readonly xml: string }[] = []
  const advanceTo = async (at: number) => {
    for (;;) {
      pushes.sort((a, b) => b.at - a.at)
      const next = pushes.at(-1)
      if (!next || next.at > at) break
      pushes.pop()
      await clock.advance(Math.max(0, next.at - clock.now()))
      await scene.simulator.pusher.push(scene.suiteId, next.xml)
    }
    await clock.advance(at - clock.now())
  }
  for (const step of steps) {
    await advanceTo(clock.now() + step.afterSeconds * secondMs)
    const xml = await perform(scene, corpid, step)
    if (xml === null) continue
    for (const seconds of step.arrivesAfterSeconds) {
      pushes.push({ at: clock.now() + seconds * secondMs, xml })
    }
  }
  await advanceTo(clock.now() + 40 * minuteMs)
}

const expectAgreement = async (scene: Scene, corpid: string): Promise<void> => {
  const record = await scene.store.loadCorp(scene.suiteId, corpid)
  const installation = currentInstallation(scene.simulator.world, scene.suiteId, corpid)
  if (installation) {
    const { permanentCode, privilege, agentid } = installation
    expect(record).toMatchObject({ status: 'authorized', permanentCode, agentid })
    expect(record?.authInfo).toMatchObject({ privilege })
    expect((await scene.sign(corpid)).status).toBe(200)
  } else {
    expect(record?.permanentCode ?? null).toBeNull()
    expect(record?.status ?? 'cancelled').toBe('cancelled')
    expect((await scene.sign(corpid)).status).toBe(404)
  }
}

const long = Bun.env.SUITED_LONG_TESTS === '1'
/**
 * Ten minutes ahead, WeCom’s clock makes what was before look newer; `bun run test:long` tries all
 * three.
 */
const skewsMinutes = long ? [-10, 0, 10] : [10]
const tries = long ? 60 : 6

test.each(skewsMinutes)(
  'in whatever order, how late and how often pushes come, suited ends where WeCom is (its clock %i minutes off)',
  async (skewMinutes) => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 7 }), async (steps) => {
        const scene = await skewedScene(skewMinutes * minuteMs)
        const corpid = scene.corpids[0]!
        await play(scene, corpid, [{ ...steps[0]!, does: 'install' }, ...steps.slice(1)])
        await expectAgreement(scene, corpid)
        await scene.stop()
      }),
      { numRuns: tries },
    )
  },
  120_000,
)

test('a reinstallation outlives the cancel_auth of before it, though WeCom’s clock goes ten minutes before ours', async () => {
  const scene = await skewedScene(10 * minuteMs)
  const corpid = scene.corpids[0]!
  const at = (does: Step['does'], afterSeconds: number, arrives: number): Step => ({
    does,
    afterSeconds,
    arrivesAfterSeconds: [arrives],
  })
  await play(scene, corpid, [at('install', 1, 0), at('uninstall', 3600, 300), at('install', 60, 0)])
  await expectAgreement(scene, corpid)
  expect((await scene.ask(`/api/corps/${corpid}`)).status).toBe('authorized')
})
