/** The stage of the demo: a simulator, a service and an app, all on real ports of this machine. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../clock'
import { readConfig } from '../../config/config'
import { secretOf } from '../../delivery/send/signing-secret'
import { createLogger } from '../../log'
import { createRandom, randomBytes } from '../../runtime/process/randomness'
import { startServer } from '../../runtime/server'
import { openStorage } from '../../runtime/storage/open-storage'
import type { Simulator } from '../../simulator/simulator'
import type { Member } from '../../suite/pages/flow/member'
import { describeProblems } from '../cli/read-settings'
import { colouredErrors } from '../cli/terminal'
import { simulatorOnTheNetwork } from '../simulate/simulator-server'
import { appHost, type DemoApp, startDemoApp } from './app'
import { type Receiver, startReceiver } from './receiver'

export interface Stage {
  readonly simulator: Simulator
  readonly simulatorUrl: string
  readonly url: string
  readonly suiteId: string
  /** The company that will install the app. */
  readonly corpid: string
  readonly companyName: string
  /** Another one, which will install it from the provider's site. */
  readonly otherCorpid: string
  readonly adminToken: string
  readonly dataDir: string
  /** The app's home page as WeCom opens it for the company; it signs itself. */
  readonly homePage: string
  /** The provider's app, with its links for members and companies. */
  readonly app: DemoApp
  /** Where the app takes events. */
  readonly receiver: Receiver
  /** A GET with the admin token; the answer's JSON. */
  ask(path: string): Promise<Record<string, unknown>>
}

/** A port that is free now: browsers are told our address before we listen. */
const freePort = (): number => {
  const server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() })
  const { port } = server
  server.stop(true)
  return port ?? 0
}

/**
 * Nothing of it outlives the process: its folder goes however the demo exits.
 *
 * @param wantedPort 0 takes any free one
 */
export const setStage = async (wantedPort: number): Promise<Stage> => {
  const port = wantedPort || freePort()
  const publicUrl = `http://127.0.0.1:${port}`
  const dataDir = mkdtempSync(join(tmpdir(), 'suited-demo-'))
  process.once('exit', () => rmSync(dataDir, { recursive: true, force: true }))
  // WeCom compares the port of an address to which a login leads back.
  const ownHost = new URL(publicUrl).host
  const ofDomains = { trustedDomains: [appHost, ownHost], installDomains: [ownHost] }
  const simulator = simulatorOnTheNetwork({ suites: [ofDomains] })
  simulator.app.listen({ hostname: '127.0.0.1', port: 0 })
  const simulatorUrl = simulator.app.server?.url.origin ?? ''
  const { provider, suites, companies } = simulator.world
  const [suite] = suites.values()
  const [company, other] = companies.values()
  if (!suite || !company || !other) throw new Error('the simulator lacks a suite or a company')

  const random = createRandom()
  const adminToken = Array.from({ length: 32 }, () => Math.floor(random() * 36).toString(36)).join(
    '',
  )
  const secret = secretOf(randomBytes(32))
  const receiver = startReceiver(secret)
  const read = readConfig({
    flags: {},
    env: {
      WECOM_API_URL: simulatorUrl,
      WECOM_OPEN_URL: simulatorUrl,
      WECOM_OAUTH_URL: simulatorUrl,
      WECOM_LOGIN_URL: simulatorUrl,
      WECOM_TOKEN: suite.token,
      WECOM_ENCODING_AES_KEY: suite.encodingAesKey,
      WECOM_SUITE_ID: suite.suiteId,
      WECOM_SUITE_SECRET: suite.suiteSecret,
      WECOM_PROVIDER_CORPID: provider.corpid,
      SUITED_HOST: '127.0.0.1',
      SUITED_PORT: String(port),
      SUITED_PUBLIC_URL: publicUrl,
      SUITED_DATA_DIR: dataDir,
      SUITED_ADMIN_TOKEN: adminToken,
      SUITED_TRUSTED_DOMAINS: appHost,
      SUITED_FORWARD_URL: receiver.url,
      SUITED_FORWARD_SECRET: secret,
    },
    file: null,
    readFile: () => '',
    realPath: (path) => path,
  })
  if (!read.ok) throw new Error(describeProblems(read.reason))
  const config = read.value
  const log = createLogger({
    level: 'warn',
    format: 'pretty',
    now: systemClock.now,
    write: (line) => process.stderr.write(`${line}\n`),
    coloured: colouredErrors,
  })
  const running = startServer(config, await openStorage(config.settings, log), log)
  const url = running.origin
  const { suiteId } = suite
  const { corpid } = company
  const authorization = `Bearer ${adminToken}`
  const app = startDemoApp({
    simulator,
    suiteId,
    corpid,
    suited: url,
    async redeem(code) {
      const answer = await fetch(`${url}/api/login`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ code }),
      })
      if (!answer.ok) throw new Error(`POST /api/login answered ${answer.status}`)
      return (await answer.json()) as Member
    },
  })

  return {
    simulator,
    simulatorUrl,
    url,
    suiteId,
    corpid,
    otherCorpid: other.corpid,
    app,
    homePage: `${app.origin}/?corpid=${corpid}`,
    receiver,
    companyName: company.name,
    adminToken,
    dataDir,
    async ask(path) {
      const answer = await fetch(`${url}${path}`, { headers: { authorization } })
      return answer.json() as Promise<Record<string, unknown>>
    },
  }
}
