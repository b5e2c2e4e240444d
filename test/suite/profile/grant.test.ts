import { describe, expect, test } from 'bun:test'
import { minuteMs, secondMs } from '../../../src/clock'
import type { Simulator } from '../../../src/simulator/simulator'
import { createScene, jsonOf, type Scene } from '../../scene'
import { authInfoPath, eventsOf } from '../authorization/refused-corp'

const installedScene = async (options: Parameters<typeof createScene>[0] = {}) => {
  const scene = await createScene(options)
  const corpid = await scene.installed()
  scene.simulator.pusher.startTickets()
  await scene.clock.advance(minuteMs)
  scene.simulator.calls.clear()
  return { scene, corpid }
}

const privilegeOf = ({ simulator, suiteId }: Scene, corpid: string) =>
  simulator.world.installations.get(`${suiteId}/${corpid}`)!.at(-1)!.privilege

/** The company lets these departments use the app, and WeCom says so. */
const allow = async (scene: Scene, corpid: string, allow_party: number[]) => {
  const privilege = { ...privilegeOf(scene, corpid), allow_party }
  const pushed = await scene.simulator.pusher.changeAuth(scene.suiteId, corpid, { privilege })
  await scene.settle()
  return pushed
}

const shown = (scene: Scene, corpid: string) => scene.ask(`/api/corps/${corpid}`)
const changes = (scene: Scene) => eventsOf(scene, 'suited.corp_changed')

describe('a change of what a company grants', () => {
  test('is read, kept, and entered into its history with the difference', async () => {
    const { scene, corpid } = await installedScene()
    expect((await allow(scene, corpid, [2, 3])).body).toBe('success')
    expect((await shown(scene, corpid)).authInfo.privilege.allow_party).toEqual([2, 3])
    expect(await changes(scene)).toMatchObject([
      {
        corpid,
        suiteId: scene.suiteId,
        payload: { changes: [{ what: 'privilege.allow_party', added: [2, 3], removed: [1] }] },
      },
    ])
    expect(scene.calls(authInfoPath)).toBe(1)
  })

  test('from admins to members is a change of mode', async () => {
    const { scene, corpid } = await installedScene()
    await scene.simulator.pusher.changeAuth(scene.suiteId, corpid, { authMode: 1 })
    await scene.settle()
    expect((await shown(scene, corpid)).authMode).toBe(1)
    const [entry] = await changes(scene)
    expect(entry.payload.changes).toEqual([{ what: 'auth_mode', before: 0, after: 1 }])
  })

  test('that changed nothing suited knows of is not noted', async () => {
    const { scene, corpid } = await installedScene()
    await scene.simulator.pusher.changeAuth(scene.suiteId, corpid)
    await scene.settle()
    expect(scene.calls(authInfoPath)).toBe(1)
    expect(await changes(scene)).toEqual([])
    expect((await eventsOf(scene, 'change_auth'))[0].status).toBe('done')
  })

  test('pushed twice is noted once', async () => {
    const { scene, corpid } = await installedScene()
    await allow(scene, corpid, [2])
    await allow(scene, corpid, [2])
    expect(await changes(scene)).toHaveLength(1)
  })

  test('leaves tokens, code and status alone', async () => {
    const { scene, corpid } = await installedScene()
    const before = (await scene.store.loadCorp(scene.suiteId, corpid))!
    await allow(scene, corpid, [2])
    const after = (await scene.store.loadCorp(scene.suiteId, corpid))!
    const { authInfo, grantReadAt = 0 } = after
    expect(after).toEqual({ ...before, authInfo, grantReadAt })
    expect(scene.simulator.calls.count()).toBe(1)
  })

  test('is read later if WeCom can’t be asked now', async () => {
    const { scene, corpid } = await installedScene()
    scene.simulator.faults.add({ path: authInfoPath, errcode: 45009 })
    await allow(scene, corpid, [2])
    expect((await eventsOf(scene, 'change_auth'))[0]).toMatchObject({ status: 'pending' })
    scene.simulator.faults.clear()
    await scene.clock.advance(minuteMs)
    expect((await shown(scene, corpid)).authInfo.privilege.allow_party).toEqual([2])
    expect(await changes(scene)).toHaveLength(1)
  })

  test('of a company that isn’t known costs nothing', async () => {
    const { scene } = await installedScene()
    await scene.simulator.pusher.pushEvent('change_auth', { corpid: 'wpNever' })
    await scene.settle()
    expect(scene.calls('*')).toBe(0)
    expect((await eventsOf(scene, 'change_auth'))[0].status).toBe('done')
  })

  test('that names no company is dead', async () => {
    const { scene } = await installedScene()
    const fields = { AuthCorpId: undefined }
    await scene.simulator.pusher.pushEvent('change_auth', { fields })
    await scene.settle()
    expect((await eventsOf(scene, 'change_auth'))[0].status).toBe('dead')
  })
})

describe('the first reading after an install', () => {
  test('is no change', async () => {
    const { scene, corpid } = await installedScene()
    expect(await changes(scene)).toEqual([])
    await scene.simulator.pusher.uninstall(scene.suiteId, corpid)
    await scene.clock.advance(minuteMs)
    await scene.installed(corpid)
    expect(await changes(scene)).toEqual([])
  })
})

describe('readings of one company that overlap', () => {
  /** Holds back the answers to readings, so that a test lets them through in its own order. */
  const heldBack = () => {
    const held: (() => void)[] = []
    let holding = false
    const between =
      (wecom: Simulator['fetch']): Simulator['fetch'] =>
      async (input, init) => {
        const answer = await wecom(input, init)
        const address = input instanceof Request ? input.url : String(input)
        if (holding && address.includes(authInfoPath)) {
          await new Promise<void>((release) => held.push(release))
        }
        return answer
      }
    const hold = () => {
      holding = true
    }
    return { held, between, hold }
  }

  test('end with what WeCom said last, whichever answer comes last', async () => {
    const { held, between, hold } = heldBack()
    const { scene, corpid } = await installedScene({ between })
    hold()
    await allow(scene, corpid, [2])
    await scene.clock.advance(secondMs)
    await allow(scene, corpid, [3])
    while (held.length > 0) {
      held.pop()!()
      await scene.settle()
    }
    expect((await shown(scene, corpid)).authInfo.privilege.allow_party).toEqual([3])
  })
})

describe('an answer of WeCom’s that leaves things out', () => {
  test('takes nothing away that was known', async () => {
    let sparse = false
    const between =
      (wecom: Simulator['fetch']): Simulator['fetch'] =>
      async (input, init) => {
        const answer = await wecom(input, init)
        const address = input instanceof Request ? input.url : String(input)
        if (!sparse || !address.includes(authInfoPath)) return answer
        const { auth_corp_info } = await jsonOf(answer)
        return Response.json({ errcode: 0, auth_corp_info: { corpid: auth_corp_info.corpid } })
      }
    const { scene, corpid } = await installedScene({ between })
    const before = await shown(scene, corpid)
    sparse = true
    await allow(scene, corpid, [2])
    expect(await shown(scene, corpid)).toEqual(before)
    expect(await changes(scene)).toEqual([])
  })
})

describe('readings at two processes that overlap', () => {
  test.each(['the first', 'the second'])(
    'leave what the later begun one was told, though %s is written first',
    async (written) => {
      // The reading that began first is answered last, or the other way round.
      const slow = Promise.withResolvers<void>()
      let readings = 0
      const between: NonNullable<Parameters<typeof createScene>[0]>['between'] =
        (wecom) => async (input, init) => {
          const isReading = String(input instanceof Request ? input.url : input).includes(
            authInfoPath,
          )
          const number = isReading ? ++readings : 0
          const answer = await wecom(input, init)
          const waits = written === 'the second' ? 2 : 3
          if (number === waits) await slow.promise
          return answer
        }
      const { scene, corpid } = await installedScene({ between })
      const other = await scene.beside()
      const recheck = (at: Scene) =>
        at.ask(`/api/corps/${corpid}/recheck`, { method: 'POST' }) as Promise<unknown>
      const first = recheck(scene)
      await scene.clock.advance(secondMs)
      const { installations } = scene.simulator.world
      const installed = installations.get(`${scene.suiteId}/${corpid}`)!.at(-1)!
      installed.privilege = { ...installed.privilege, allow_party: [7] }
      const second = recheck(other)
      await scene.clock.advance(secondMs)
      slow.resolve()
      await scene.clock.advance(secondMs)
      await Promise.all([first, second])
      const kept = await scene.store.loadCorp(scene.suiteId, corpid)
      expect(kept?.authInfo).toMatchObject({ privilege: { allow_party: [7] } })
    },
  )
})
