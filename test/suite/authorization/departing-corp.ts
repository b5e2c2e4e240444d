/** Companies that leave, and what is left of them: for the tests of cancellation. */
import { minuteMs } from '../../../src/clock'
import { createScene, type Scene } from '../../scene'

/** A company that installed the app and used it; its calls so far are forgotten. */
export const installedScene = async (agoMs = 10 * minuteMs) => {
  const scene = await createScene()
  const corpid = await scene.installed()
  await scene.sign(corpid)
  await scene.sign(corpid, 'agent_config')
  await scene.clock.advance(agoMs)
  scene.simulator.calls.clear()
  return { scene, corpid, suiteId: scene.suiteId }
}

export const leave = async ({ simulator, suiteId, settle }: Scene, corpid: string) => {
  const pushed = await simulator.pusher.uninstall(suiteId, corpid)
  await settle()
  return pushed
}

export const eventsOf = async (scene: Scene, corpid: string, type: string) =>
  (await scene.ask(`/api/events?corpid=${corpid}&type=${type}`)).items

/** How many secrets of a company are still there: its permanent code and its tokens. */
export const secretsIn = async ({ store, suiteId }: Scene, corpid: string): Promise<number> => {
  const kinds = ['access_token', 'jsapi_ticket', 'agent_ticket'] as const
  const tokens = await Promise.all(kinds.map((kind) => store.loadToken({ suiteId, corpid, kind })))
  const { permanentCode } = (await store.loadCorp(suiteId, corpid))!
  return [permanentCode, ...tokens].filter((secret) => secret !== null).length
}
