/** The walk of the demo: from WeCom's URL check to a company that installs from the app's site. */
import { secondMs, systemClock } from '../../clock'
import { counted } from '../../wording'
import { installFromSite, memberLogsIn } from './site-steps'
import { chain, must, type Step, short, until } from './step'

const checkUrls: Step = {
  title: 'WeCom checks the callback URLs',
  async run({ simulator, suiteId, url }) {
    const checks = await simulator.pusher.saveUrls(suiteId, {
      commandUrl: `${url}/callback/command`,
      dataUrl: `${url}/callback/data/$CORPID$`,
    })
    return Object.entries(checks).map(([kind, { ok, ms, detail }]) => {
      must(ok, `${kind}: ${detail}`)
      const name = kind === 'commandUrl' ? '指令回调URL' : '数据回调URL'
      return `${name} answered the decrypted echostr in ${ms} ms`
    })
  },
}

const pushTicket: Step = {
  title: 'WeCom pushes a suite_ticket',
  async run({ simulator, suiteId, ask }) {
    const push = await simulator.pusher.pushTicket(suiteId)
    must(push.ok, push.detail ?? 'the push failed')
    const expiresAt = await until('a suite_access_token', async () => {
      const { suites } = (await ask('/api/status')) as {
        suites: { accessTokenExpiresAt: number | null }[]
      }
      return suites[0]?.accessTokenExpiresAt ?? null
    })
    const minutes = Math.round((expiresAt - systemClock.now()) / (60 * secondMs))
    return [
      `verified, decrypted, on disk, answered "${push.body}" in ${push.ms} ms`,
      `suite_access_token fetched at once, good for ${counted(minutes, 'minute')}`,
    ]
  },
}

const install: Step = {
  title: 'A company installs the app',
  async run(stage) {
    const { simulator, suiteId, corpid, companyName, ask } = stage
    const began = systemClock.now()
    const { push } = await simulator.pusher.install(suiteId, corpid)
    must(push?.ok === true, push?.detail ?? 'the push failed')
    const corp = await until('the authorisation', async () => {
      const found = await ask(`/api/corps/${corpid}`)
      return found.status === 'authorized' && found.agentid !== null ? found : null
    })
    return [
      `create_auth on disk, answered "${push?.body}" in ${push?.ms} ms`,
      chain(stage, began),
      `auth_code exchanged: ${corp.name || companyName} (${short(corpid)}), agentid ${corp.agentid}`,
    ]
  },
}

const sign: Step = {
  title: 'The app’s home page is signed',
  async run(stage) {
    const { simulator, suiteId, corpid, url, homePage } = stage
    const began = systemClock.now()
    const lines: string[] = []
    for (const type of ['config', 'agent_config'] as const) {
      const query = new URLSearchParams({ corpid, url: homePage, type })
      const answer = await fetch(`${url}/sign?${query}`)
      const signed = (await answer.json()) as {
        timestamp: number
        nonceStr: string
        signature: string
      }
      must(answer.ok, `GET /sign answered ${answer.status}: ${JSON.stringify(signed)}`)
      const verdict = simulator.acceptsSignature({
        suiteId,
        corpid,
        type,
        url: homePage,
        ...signed,
      })
      must(verdict.ok, `WeCom refuses the ${type} signature: ${JSON.stringify(verdict)}`)
      lines.push(`${type}: ${short(signed.signature, 12)} — accepted by WeCom’s client`)
    }
    return [`${homePage} (应用主页: ?corpid=$CORPID$)`, chain(stage, began), ...lines]
  },
}

const message: Step = {
  title: 'A member writes to the app',
  async run({ simulator, suiteId, corpid, ask }) {
    const push = await simulator.pusher.message(suiteId, corpid, { text: '你好，suited' })
    must(push.ok, push.detail ?? 'the push failed')
    const event = await until('the event', async () => {
      const { items } = (await ask(`/api/events?corpid=${corpid}&type=text`)) as {
        items: { type: string; status: string; payload: { Content?: string } }[]
      }
      return items[0] ?? null
    })
    must(event.payload.Content === '你好，suited', 'the event holds another text')
    return [
      `on disk, answered with an empty 200 in ${push.ms} ms`,
      `GET /api/events: ${event.type} “${event.payload.Content}”, ${event.status}`,
    ]
  },
}

const delivery: Step = {
  title: 'The app receives the event',
  async run({ receiver }) {
    const isMessage = (body: string | null) => body !== null && JSON.parse(body).type === 'text'
    const { id, verified } = await until('the delivery of the message', async () => {
      const wrong = receiver.received().find((one) => one.verified === null)
      must(wrong === undefined, `the signature of event ${wrong?.id} is wrong`)
      return receiver.received().find((one) => isMessage(one.verified)) ?? null
    })
    const { payload } = JSON.parse(verified ?? '{}')
    must(payload?.Content === '你好，suited', 'another text was delivered')
    return [`POST ${receiver.url}, webhook-id ${id}, signature verified:`, verified ?? '']
  },
}

export const walk: readonly Step[] = [
  checkUrls,
  pushTicket,
  install,
  sign,
  message,
  delivery,
  memberLogsIn,
  installFromSite,
]
