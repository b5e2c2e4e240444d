import { expect, test } from 'bun:test'
import { createScene } from '../../scene'
import { oddExchanges } from './odd-exchanges'

const exchangePath = '/service/v2/get_permanent_code'

test('a permanent code is kept, whatever else is odd in the one answer that has it', async () => {
  const answers = new Map<string, (typeof oddExchanges)[number]>()
  const scene = await createScene({
    simulator: { companies: oddExchanges.map((_, n) => ({ name: `企业 ${n}` })) },
    between: (wecom) => async (input, init) => {
      const answer = await wecom(input, init)
      if (!String(input).includes(exchangePath)) return answer
      const { permanent_code, auth_corp_info } = (await answer.json()) as {
        permanent_code: string
        auth_corp_info: { corpid: string }
      }
      const { corpid } = auth_corp_info
      return answers.get(corpid)?.answer(permanent_code, corpid) ?? new Response('{}')
    },
  })
  await scene.simulator.pusher.pushTicket(scene.suiteId)
  await scene.settle()
  for (const [n, odd] of oddExchanges.entries()) {
    const corpid = scene.corpids[n]!
    answers.set(corpid, odd)
    await scene.simulator.pusher.install(scene.suiteId, corpid)
    await scene.settle()
    const installed = [...scene.simulator.world.installations.values()].flat()
    const given = installed.find((installation) => installation.corpid === corpid)
    const kept = await scene.store.loadCorp(scene.suiteId, corpid)
    expect([odd.name, kept?.permanentCode]).toEqual([odd.name, given!.permanentCode])
    const text = JSON.stringify(kept)
    expect(JSON.stringify(JSON.parse(text))).toBe(text)
    expect([odd.name, /\\u0000|\\ud[89a-f]/.test(text)]).toEqual([odd.name, false])
    expect((await scene.sign(corpid)).status).toBe(200)
    expect((await scene.sign(corpid, 'agent_config')).status).toBe(200)
  }
  // Each exchange was made once: nothing was lost, so nothing was asked for again.
  expect(scene.calls('/cgi-bin/service/v2/get_permanent_code')).toBe(oddExchanges.length)
  const { items } = await scene.ask('/api/events?type=create_auth&status=done&limit=200')
  expect(items).toHaveLength(oddExchanges.length)
})
