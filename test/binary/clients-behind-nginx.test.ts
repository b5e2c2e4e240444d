/** Who is counted as who, where all connections come from one proxy. */
import { expect, test } from 'bun:test'
import { connect } from 'node:net'
import { describeWithTool } from '../optional-tool'
import { createNginx } from './nginx'
import { pageUrl, type Suited } from './suited'
import { until } from './until'
import type { Wecom } from './wecom'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()

/** A request from a given address of this machine; the status of the answer. */
const statusFrom = (address: string, url: string, head: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const { hostname: host, port } = new URL(url)
    const socket = connect({ host, port: Number(port), localAddress: address }, () =>
      socket.write(`${head}\r\nHost: gw.example.com\r\nConnection: close\r\n\r\n`),
    )
    socket.once('data', (data) => {
      resolve(Number(data.toString().slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length)))
      socket.destroy()
    })
    socket.on('error', reject)
  })

const sign = `GET /sign?${new URLSearchParams({ corpid: 'wpNobody', url: pageUrl })} HTTP/1.1`
const forged = 'POST /callback/command?msg_signature=0&timestamp=1&nonce=2 HTTP/1.1'

const one = '127.0.0.71'
const other = '127.0.0.72'

describeWithTool(
  'nginx',
  () => Bun.which('nginx'),
  'behind nginx',
  (nginx) => {
    const start = async (): Promise<{ wecom: Wecom; suited: Suited; url: string }> => {
      const wecom = workshop.wecom()
      // nginx is 127.0.0.1; every other address of this machine is a stranger's.
      const settings = { SUITED_RATE_LIMIT: '3', SUITED_TRUSTED_PROXIES: '127.0.0.1' }
      const suited = await workshop.serviceFor(wecom, await workshop.folder(), settings)
      const { origin, forwardTo } = await createNginx(
        workshop,
        nginx,
        (upstream) => `
    location / {
      proxy_pass ${upstream};
      proxy_bind 127.0.0.1;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }`,
      )
      await forwardTo(suited.url)
      wecom.pushTo({ ...suited, url: origin })
      return { wecom, suited, url: origin }
    }

    const statuses = async (times: number, ask: (i: number) => Promise<number>) => {
      const seen: number[] = []
      for (let i = 0; i < times; i++) seen.push(await ask(i))
      return seen
    }

    test('two clients are counted apart, and neither can choose its address', async () => {
      const { suited, url } = await start()
      expect(await statuses(4, () => statusFrom(one, url, sign))).toEqual([404, 404, 404, 429])
      expect(await statusFrom(other, url, sign)).toBe(404)
      for (const lie of ['203.0.113.1', '127.0.0.1', other, '203.0.113.2, 127.0.0.1', 'nobody']) {
        const head = `${sign}\r\nX-Forwarded-For: ${lie}`
        expect([lie, await statusFrom(one, url, head)]).toEqual([lie, 429])
      }
      // Past nginx, a stranger's header is nobody's word.
      const past = (i: number) =>
        statusFrom('127.0.0.73', suited.url, `${sign}\r\nX-Forwarded-For: 203.0.113.${i}`)
      expect(await statuses(4, past)).toEqual([404, 404, 404, 429])
      const told = () => suited.logs().filter(({ perMinute }) => perMinute !== undefined)
      await until('a line for each that went too far', () => told().length >= 2)
      expect(told().map(({ address }) => address)).toEqual([one, '127.0.0.73'])
    })

    test('WeCom is served while a stranger, or WeCom’s own address, is over the limit', async () => {
      const { wecom, suited, url } = await start()
      const [corpid] = wecom.corpids
      for (const address of [one, '127.0.0.1']) {
        const refused = await statuses(4, () => statusFrom(address, url, forged))
        expect(refused).toEqual([403, 403, 403, 429])
      }
      const checked = await wecom.simulator.pusher.checkUrl(
        wecom.suiteId,
        `${url}/callback/command`,
      )
      expect(checked.ok).toBe(true)
      await wecom.giveTicket(suited)
      await wecom.install(suited, corpid)
    })
  },
)
