/** A scene whose provider's secret is configured: licences, open_corpid and its own token work. */
import { createScene, jsonOf, type Scene, type SceneOptions } from '../scene'

export const providerSecret = 'TheSecretOfTheProvider'
export const openCorpidPath = '/cgi-bin/service/corpid_to_opencorpid'
export const licensePath = '/cgi-bin/license/get_app_license_info'
export const providerTokenPath = '/cgi-bin/service/get_provider_token'

export const createProviderScene = (options: SceneOptions = {}): Promise<Scene> =>
  createScene({
    ...options,
    env: { WECOM_PROVIDER_SECRET: providerSecret, ...options.env },
    simulator: {
      ...options.simulator,
      provider: { secret: providerSecret, ...options.simulator?.provider },
    },
  })

/** WeCom's answers on one path, changed on their way. */
export const answersAt =
  (
    path: string,
    change: (answer: Record<string, unknown>, asked: Record<string, unknown>) => object,
  ): NonNullable<SceneOptions['between']> =>
  (wecom) =>
  async (input, init) => {
    const request = input instanceof Request ? new Request(input, init) : null
    const address = request?.url ?? String(input)
    if (!address.includes(path)) return wecom(input, init)
    const asked = JSON.parse(request ? await request.clone().text() : String(init?.body ?? '{}'))
    const answer = await jsonOf(await wecom(request ?? input, request ? undefined : init))
    return Response.json(answer.errcode ? answer : { ...answer, ...change(answer, asked) })
  }
