/** No answer of the listener for SDKs holds a token, a ticket, a code or a session of WeCom's. */
import { afterAll, expect, test } from 'bun:test'
import { endpoints } from '../../../src/simulator/api/api'
import { providerSecret } from '../../suite/provider-scene'
import { createSdkStage, jsonBody } from './sdk-stage'

const stage = await createSdkStage({
  env: { WECOM_PROVIDER_SECRET: providerSecret },
  simulator: { provider: { secret: providerSecret } },
})
afterAll(() => stage.scene.stop())

const { corpid, suiteId } = stage
const { world } = stage.scene.simulator
const key = await stage.key()
const body = {
  suite_id: suiteId,
  suite_secret: key,
  suite_ticket: 'any',
  corpid: world.provider.corpid,
  provider_secret: key,
  auth_corpid: corpid,
  permanent_code: key,
  userid: 'none',
}
const handles = {
  access_token: await stage.token(key),
  suite_access_token: await stage.suiteToken(key),
  provider_access_token: (await stage.post('/cgi-bin/service/get_provider_token', body))
    .provider_access_token,
}

const secretKinds = /token|ticket|permanent|pre_auth|session/
const secrets = async () => {
  const record = await stage.scene.store.loadCorp(suiteId, corpid)
  const lent = [...world.credentials.byValue].filter(([, { kind }]) => secretKinds.test(kind))
  return [record!.permanentCode!, ...lent.map(([value]) => value)]
}

test.each([...endpoints.keys()])('%s', async (path) => {
  const query = new URLSearchParams({ ...handles, corpid, corpsecret: key, type: 'agent_config' })
  const answers = [
    await stage.request(`${path}?${query}`),
    await stage.request(`${path}?${query}`, jsonBody(body)),
  ]
  const texts = await Promise.all(answers.map((answer) => answer.text()))

  expect((await secrets()).filter((secret) => texts.join().includes(secret))).toEqual([])
})
