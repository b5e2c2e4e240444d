/** What the operator is told while no connection to WeCom comes about. */
import { describe, expect, test } from 'bun:test'
import { secondMs } from '../../../src/clock'
import { createScene } from '../../scene'

/** A suite that needs its token, over a network that fails with this code. */
const brokenScene = async (code: string, env: Readonly<Record<string, string>> = {}) => {
  const scene = await createScene({
    env,
    between: () => async (input) => {
      // As Bun's fetch fails: the address, and with it secrets, stands in its words.
      throw Object.assign(new TypeError(`Unable to connect: ${String(input)}`), { code })
    },
  })
  await scene.simulator.pusher.pushTicket(scene.suiteId)
  await scene.clock.advance(30 * secondMs)
  const { waiting } = await scene.ask('/api/status')
  return { scene, waiting }
}

const proxy = { WECOM_HTTP_PROXY: 'http://user:proxy-password@proxy.example:3128' }

describe.each([
  ['ENOTFOUND', {}, 'not found in DNS', 'WECOM_API_URL'],
  ['ECONNREFUSED', {}, 'refused', 'WECOM_API_URL'],
  ['ECONNRESET', {}, 'cut', 'firewall'],
  ['CERT_HAS_EXPIRED', {}, 'not valid at this time', 'clock'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', {}, 'no authority', 'NODE_EXTRA_CA_CERTS'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', {}, 'another host', 'WECOM_API_URL'],
  ['ECONNREFUSED', proxy, 'the proxy refuses', 'WECOM_HTTP_PROXY'],
  ['ENOTFOUND', proxy, 'name of the proxy', 'WECOM_HTTP_PROXY'],
  ['ERR_PROXY_TUNNEL', proxy, 'the proxy refuses to pass', 'WECOM_HTTP_PROXY'],
  ['A_CODE_OF_NOBODY', {}, 'the connection failed', 'WECOM_API_URL'],
])('%s, with %j', (code, env, detail, cure) => {
  test('is said with its own cure in the status and in the log, and without a secret', async () => {
    const { scene, waiting } = await brokenScene(code, env)
    expect(waiting).toMatchObject([{ code: 'wecom_unreachable' }])
    expect(waiting[0].detail).toContain(detail)
    expect(waiting[0].cure).toContain(cure)
    const [line] = scene.logs.filter(({ message }) => message === 'a token could not be fetched')
    expect(line).toMatchObject({ level: 'warn', cure: waiting[0].cure })
    const { suiteSecret } = scene.simulator.world.suites.get(scene.suiteId)!
    const told = JSON.stringify([waiting, scene.logs])
    for (const secret of [suiteSecret, 'proxy-password', 'Unable to connect']) {
      expect(told).not.toContain(secret)
    }
  })
})
