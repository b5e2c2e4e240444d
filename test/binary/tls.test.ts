import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:tls'
import { type CertificateFiles, makeCertificate } from './certificates'
import { adminToken, type Suited } from './suited'
import { until } from './until'
import type { Wecom } from './wecom'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()
/** All cases share one service, and begin with a certificate of the same name. */
const site = useWorkshop(afterAll)

let wecom: Wecom
let suited: Suited
let folder: string
let files: CertificateFiles

const tokenPath = '/cgi-bin/service/get_provider_token'

const knock = (url: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname: host, port } = new URL(url)
    const socket = connect({ host, port: Number(port), rejectUnauthorized: false }, () => {
      const { subject } = socket.getPeerCertificate()
      socket.destroy()
      resolve(String(subject.CN))
    })
    socket.on('error', reject)
  })

/**
 * The name on the certificate that a new connection is shown. A reload may reset one in its
 * handshake; who knocks again, as WeCom does, is let in.
 */
const shownName = (url = suited.url): Promise<string> => {
  const again = () => knock(url)
  return again().catch(again).catch(again)
}

/** A request on a connection of its own, by one who trusts any certificate. */
const request = (path: string, init: RequestInit = {}) =>
  fetch(suited.url + path, { ...init, keepalive: false, tls: { rejectUnauthorized: false } })

/** What the log says about certificates after the signal. */
const hangUp = async () => {
  const count = () => suited.logs().filter(({ message }) => message.includes('TLS')).length
  const before = count()
  suited.process.signal('SIGHUP')
  await until('a word about the certificate', () => count() > before)
  return suited.logs().findLast(({ message }) => message.includes('TLS'))
}

const isShownEverywhere = async (name: string): Promise<boolean> => {
  const names = await Promise.all(Array.from({ length: 10 }, () => shownName()))
  return names.every((shown) => shown === name)
}

/** The one before goes a moment later, and must not answer the next question. */
const shownEverywhere = (name: string) =>
  until('the new name everywhere', () => isShownEverywhere(name))

beforeAll(async () => {
  wecom = site.wecom()
  folder = await site.folder()
  files = makeCertificate(folder, 'first')
  suited = await site.serviceFor(wecom, await site.folder(), {
    SUITED_TLS_CERT: files.cert,
    SUITED_TLS_KEY: files.key,
    SUITED_SDK_HOST: '127.0.0.1',
    SUITED_SDK_PORT: '0',
    WECOM_PROVIDER_SECRET: wecom.simulator.world.provider.secret,
  })
  suited = {
    ...suited,
    ask: async (path, init) => {
      const headers = { authorization: `Bearer ${adminToken}`, ...init?.headers }
      return (await request(path, { ...init, headers })).json()
    },
  }
})

beforeEach(async () => {
  if (await isShownEverywhere('first')) return
  makeCertificate(folder, 'first')
  await hangUp()
  await shownEverywhere('first')
})

describe('with a certificate', () => {
  test('callbacks, pages and the API are served by https alone', async () => {
    expect(suited.url).toStartWith('https://')
    expect(await shownName()).toBe('first')
    const ca = readFileSync(files.cert, 'utf8')
    expect((await fetch(`${suited.url}/healthz`, { tls: { ca } })).status).toBe(200)
    const plain = await fetch(`${suited.url.replace('https:', 'http:')}/healthz`).catch(() => null)
    expect(plain?.ok ?? false).toBe(false)
    expect((await suited.ask('/api/status')).suites).toHaveLength(1)
    const { headers } = await request('/healthz')
    expect(headers.get('strict-transport-security')).toStartWith('max-age=')
  })

  test('existing SDKs find their listener by https alone too, and the renewed one with it', async () => {
    const sdkUrl = String(suited.logs().find((line) => line.sdkUrl !== undefined)?.sdkUrl)
    expect(sdkUrl).toStartWith('https://')
    const path = '/cgi-bin/gettoken?corpid=wpA&corpsecret=none'
    const ca = readFileSync(files.cert, 'utf8')
    const answer = await fetch(sdkUrl + path, { tls: { ca } })
    expect(await answer.json()).toMatchObject({ errcode: 40001 })
    expect(answer.headers.get('strict-transport-security')).toStartWith('max-age=')
    const plain = await fetch(sdkUrl.replace('https:', 'http:') + path).catch(() => null)
    expect(plain?.ok ?? false).toBe(false)

    makeCertificate(folder, 'second')
    await hangUp()
    await until('the new name', async () => (await shownName(sdkUrl)) === 'second')
  })

  test('healthcheck and urls find the service, although its name is not this machine’s', async () => {
    makeCertificate(folder, 'gw.example.com', 'DNS:gw.example.com')
    await hangUp()
    await until('the new name', async () => (await shownName()) === 'gw.example.com')
    const env = {
      ...wecom.settings,
      SUITED_PORT: new URL(suited.url).port,
      SUITED_TLS_CERT: files.cert,
      SUITED_TLS_KEY: files.key,
      SUITED_PUBLIC_URL: 'https://gw.example.com',
    }
    expect((await workshop.run(['healthcheck'], { env })).stdout).toBe('ready\n')
    expect((await workshop.run(['urls'], { env })).stdout).toContain('seen by the running service')
  })

  test('a renewed one is shown after SIGHUP, and a request under way is answered', async () => {
    const { faults, calls } = wecom.simulator
    faults.add({ path: tokenPath, delayMs: 500, times: 1 })
    const underWay = suited.ask('/api/provider/access-token')
    await until('its call', () => calls.count({ path: tokenPath }) > 0)

    makeCertificate(folder, 'second')
    expect(await hangUp()).toMatchObject({ level: 'info' })
    await until('the new name', async () => (await shownName()) === 'second')
    expect((await underWay).accessToken).toBeString()
    expect((await suited.ask('/api/provider/access-token')).accessToken).toBeString()
  })

  test('renewals under traffic lose nobody who knocks as often as WeCom does', async () => {
    const tries = 3
    let going = true
    let answered = 0
    const lost: unknown[] = []
    /** As WeCom: what breaks is tried again, three times in all. */
    const knockOnce = async () => {
      for (let attempt = 1; ; attempt++) {
        try {
          return (await request('/healthz')).ok
        } catch (error) {
          if (attempt === tries) return lost.push(error)
        }
      }
    }
    const knocking = Array.from({ length: 4 }, async () => {
      while (going) if ((await knockOnce()) === true) answered += 1
    })
    for (const name of ['second', 'third', 'fourth']) {
      makeCertificate(folder, name)
      await hangUp()
      await until('the new name', async () => (await shownName()) === name)
    }
    going = false
    await Promise.all(knocking)
    expect(lost).toEqual([])
    expect(answered).toBeGreaterThan(10)
  })

  test('one that can’t be used changes nothing: the one before stays, and the log says so', async () => {
    const spoils: Record<string, () => void> = {
      'no certificate': () => writeFileSync(files.cert, 'no certificate'),
      empty: () => writeFileSync(files.cert, ''),
      'cut off': () => writeFileSync(files.cert, readFileSync(files.cert).subarray(0, 200)),
      missing: () => rmSync(files.cert),
      'of another key': () => {
        const own = readFileSync(files.key)
        makeCertificate(folder, 'stranger')
        writeFileSync(files.key, own)
      },
    }
    let before = 'first'
    for (const [how, spoil] of Object.entries(spoils)) {
      spoil()
      expect([how, (await hangUp())?.level]).toEqual([how, 'error'])
      expect(await shownName()).toBe(before)
      expect((await suited.ask('/api/status')).suites).toHaveLength(1)
      before = `after ${how}`
      makeCertificate(folder, before)
      expect(await hangUp()).toMatchObject({ level: 'info' })
      await shownEverywhere(before)
    }
  })
})

test('a certificate or key that can’t be used at the start is a mistake in the settings', async () => {
  const stranger = makeCertificate(await workshop.folder(), 'stranger')
  const cases = [
    [{ cert: files.key, key: files.key }, 'SUITED_TLS_CERT'],
    [{ cert: files.cert, key: stranger.key }, 'SUITED_TLS_KEY'],
  ] as const
  await Promise.all(
    cases.map(async ([{ cert, key }, named]) => {
      const env = { ...wecom.settings, SUITED_TLS_CERT: cert, SUITED_TLS_KEY: key }
      const refused = await workshop.run(['serve'], { env })
      expect(refused.exitCode).toBe(78)
      expect(refused.stderr).toContain(named)
    }),
  )
})
