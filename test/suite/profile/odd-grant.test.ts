import { expect, test } from 'bun:test'
import { hourMs } from '../../../src/clock'
import { createScene, jsonOf } from '../../scene'

const grantPath = '/cgi-bin/service/v2/get_auth_info'

test.each([[1.5], ['x'], [null], [{}], [-1]])(
  'an agentid of %j holds up no install, and is asked for again until it is one',
  async (agentid) => {
    let odd = true
    const scene = await createScene({
      between: (wecom) => async (input, init) => {
        const answer = await wecom(input, init)
        if (!odd || !String(input).includes(grantPath)) return answer
        const told = await jsonOf(answer)
        told.auth_info.agent[0].agentid = agentid
        return Response.json(told)
      },
    })
    const corpid = await scene.installed()
    const { items } = await scene.ask('/api/events?type=create_auth')
    expect(items).toMatchObject([{ status: 'done', corpid }])
    expect(await scene.ask(`/api/corps/${corpid}`)).toMatchObject({ agentid: null })
    expect((await scene.sign(corpid)).status).toBe(200)
    expect(await jsonOf(await scene.sign(corpid, 'agent_config'))).toMatchObject({
      code: 'suite_not_configured',
    })
    odd = false
    scene.simulator.pusher.startTickets()
    await scene.clock.stride(2 * hourMs)
    const { agentid: read } = await scene.ask(`/api/corps/${corpid}`)
    expect(read).toBeInteger()
    expect((await scene.sign(corpid, 'agent_config')).status).toBe(200)
  },
)
