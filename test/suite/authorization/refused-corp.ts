/**
 * Companies that WeCom refuses, and what suited makes of it: for the tests of status, revocation
 * check and rechecks.
 */
import { hourMs } from '../../../src/clock'
import type { CorpStatus } from '../../../src/store/store'
import { createScene, type Scene, type SceneOptions } from '../../scene'

export const corpTokenPath = '/cgi-bin/service/get_corp_token'
export const authInfoPath = '/cgi-bin/service/v2/get_auth_info'
export const suiteTokenPath = '/cgi-bin/service/get_suite_token'

/** From now on WeCom refuses this company's token, always or a number of times. */
export const refuse = (scene: Scene, corpid: string, errcode = 48004, times?: number): void => {
  scene.simulator.faults.add({ path: corpTokenPath, corpid, errcode, ...(times && { times }) })
}

/** The company removes the app, and the cancel_auth gets lost. */
export const leaveWithoutNotice = async ({ simulator, suiteId }: Scene, corpid: string) => {
  const suite = simulator.world.suites.get(suiteId)!
  const { commandUrl } = suite
  suite.commandUrl = null
  await simulator.pusher.uninstall(suiteId, corpid)
  suite.commandUrl = commandUrl
}

/** The business app reports the company's token dead: suited has to ask WeCom for another one. */
export const needToken = async (scene: Scene, corpid: string) => {
  const path = `/api/corps/${corpid}/access-token?suite=${scene.suiteId}`
  const { accessToken } = await scene.ask(path)
  if (!accessToken) return
  await scene.ask(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ dead: accessToken }),
  })
}

export const statusOf = async ({ store, suiteId }: Scene, corpid: string) =>
  (await store.loadCorp(suiteId, corpid))?.status

/** What the API has of one type of event, newest first. */
export const eventsOf = async (scene: Scene, type: string) =>
  (await scene.ask(`/api/events?type=${type}&limit=200`)).items

/** The calls that WeCom saw about one company. */
export const callsAbout = ({ simulator }: Scene, corpid: string): number =>
  simulator.calls.count({ corpid })

/** A company that has been using the app for an hour; the calls until then are forgotten. */
export const usedScene = async (options: SceneOptions = {}) => {
  const scene = await createScene(options)
  const corpid = await scene.installed()
  await scene.sign(corpid)
  await scene.sign(corpid, 'agent_config')
  scene.simulator.pusher.startTickets()
  await scene.clock.advance(hourMs)
  scene.simulator.calls.clear()
  return { scene, corpid }
}

/** How often the log said that an authorisation is called gone. */
export const suspicionsOf = ({ logs }: Scene) =>
  logs.filter(({ message }) => message.startsWith('WeCom calls an authorisation gone')).length

/** A scene with so many companies, all of which have authorised the app. */
export const crowd = async (count: number, options: SceneOptions = {}): Promise<Scene> => {
  const scene = await createScene({
    ...options,
    simulator: {
      ...options.simulator,
      companies: Array.from({ length: count }, (_, n) => ({ name: `企业 ${n}` })),
    },
  })
  const { pusher } = scene.simulator
  await pusher.pushTicket(scene.suiteId)
  for (const corpid of scene.corpids) await pusher.install(scene.suiteId, corpid)
  for (let turn = 0; turn < count; turn++) {
    await scene.settle()
    if ((await counted(scene)).authorized === count) return scene
  }
  throw new Error('Not all companies could be installed')
}

export const counted = (scene: Scene): Promise<Record<CorpStatus, number>> =>
  scene.store.countCorps(scene.suiteId)
