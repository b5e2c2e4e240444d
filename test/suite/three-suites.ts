/**
 * A provider with two apps and a template (代开发), all in one process, and companies that have all
 * three.
 */
import { createScene, type Scene, type SceneOptions } from '../scene'

export const keys = ['crm', 'hr', 'template'] as const
export type Key = (typeof keys)[number]

export interface ThreeSuites {
  readonly scene: Scene
  /** Suite ids by key. */
  readonly ids: Readonly<Record<Key, string>>
  readonly corpids: readonly string[]
}

/**
 * Nobody has installed anything yet. `crm` is the default.
 *
 * @param options.observed the suites that only observe, looked at again whenever settings are read
 */
export const threeSuites = async (
  options: SceneOptions & { readonly observed?: ReadonlySet<Key> } = {},
): Promise<ThreeSuites> => {
  const { observed = new Set() } = options
  const scene = await createScene({
    ...options,
    simulator: { suites: [{}, {}, { kind: 'customised' }], ...options.simulator },
    file: ({ world }) => ({
      suites: [...world.suites.values()].map((suite, n) => ({
        key: keys[n],
        default: n === 0,
        token: suite.token,
        encoding_aes_key: suite.encodingAesKey,
        id: suite.suiteId,
        secret: suite.suiteSecret,
        observe: observed.has(keys[n]!),
      })),
    }),
  })
  const suites = [...scene.simulator.world.suites.values()]
  for (const [n, suite] of suites.entries()) {
    // One by key, one by id, one without a name: all are the same to suited.
    const prefix = ['', `/suites/${suite.suiteId}`, '/suites/template'][n]
    suite.commandUrl = `http://localhost${prefix}/callback/command`
    suite.dataUrl = `http://localhost${prefix}/callback/data/$CORPID$`
  }
  const [crm = '', hr = '', template = ''] = suites.map(({ suiteId }) => suiteId)
  return { scene, ids: { crm, hr, template }, corpids: scene.corpids }
}

/** The same, with every company in every suite. */
export const installedThrice = async (
  options: Parameters<typeof threeSuites>[0] = {},
): Promise<ThreeSuites> => {
  const three = await threeSuites(options)
  const { scene, ids, corpids } = three
  const { pusher } = scene.simulator
  for (const suiteId of Object.values(ids)) await pusher.pushTicket(suiteId)
  for (const corpid of corpids) {
    await Promise.all(Object.values(ids).map((suiteId) => pusher.install(suiteId, corpid)))
    await scene.settle()
  }
  await scene.settle()
  return three
}
