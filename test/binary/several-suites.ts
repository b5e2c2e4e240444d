/** One service for four suites out of a file, with WeCom behind all of them. */
import { addSuite } from '../../src/simulator/world/create-world'
import type { Suite } from '../../src/simulator/world/world'
import { type FileContent, writeSettings } from './settings-file'
import { adminToken, listening, type Suited } from './suited'
import { until } from './until'
import type { Wecom } from './wecom'
import type { Workshop } from './workshop'

export type Key = 'crm' | 'shop' | 'template' | 'login'

export interface SeveralSuites {
  readonly wecom: Wecom
  readonly suited: Suited
  readonly suites: Readonly<Record<Key, Suite>>
  /** What stands in its file. */
  readonly content: FileContent
  /** Lets a company install an app, and waits until that is worked off. */
  install(key: Key, corpid: string): Promise<void>
  /** Waits until nothing is left to do. */
  settled(): Promise<void>
}

/** The file's table of a suite. */
export const suiteTable = (key: string, suite: Suite) => ({
  key,
  kind: suite.kind,
  token: suite.token,
  encoding_aes_key: suite.encodingAesKey,
  id: suite.suiteId,
  secret: suite.suiteSecret,
  trusted_domains: suite.trustedDomains,
})

/** The settings of a service on this machine that works for a WeCom. */
export const localTop = ({ url }: Wecom) => ({
  host: '127.0.0.1',
  port: 0,
  api_url: url,
  admin_token: adminToken,
})

const pushTo = ({ url }: Suited, key: string, suite: Suite): void => {
  suite.commandUrl = `${url}/suites/${key}/callback/command`
  suite.dataUrl = `${url}/suites/${key}/callback/data/$CORPID$`
}

/**
 * Starts it; each suite has its token.
 *
 * @param more settings for the top of the file, for a WeCom; `crm` is the default suite
 */
export const startSeveralSuites = async (
  workshop: Workshop,
  more: (wecom: Wecom) => NonNullable<FileContent['top']> = () => ({}),
): Promise<SeveralSuites> => {
  const wecom = workshop.wecom()
  const { world, pusher } = wecom.simulator
  const suites: Record<Key, Suite> = {
    crm: wecom.suite,
    shop: addSuite(world),
    template: addSuite(world, { kind: 'customised' }),
    login: addSuite(world, { kind: 'login' }),
  }
  const entries = Object.entries(suites)
  const { corpid, secret, systemToken, systemEncodingAesKey } = world.provider
  const content: FileContent = {
    top: { ...localTop(wecom), ...more(wecom) },
    provider: {
      corpid,
      secret,
      system_token: systemToken,
      system_encoding_aes_key: systemEncodingAesKey,
    },
    suites: entries.map(([key, suite]) => ({
      ...suiteTable(key, suite),
      default: key === 'crm',
    })),
  }
  const cwd = await workshop.folder()
  const args = ['serve', '--config', writeSettings(cwd, content)]
  const suited = await listening(await workshop.start(args, { cwd }))
  for (const [key, suite] of entries) pushTo(suited, key, suite)

  await Promise.all(entries.map(([, { suiteId }]) => pusher.pushTicket(suiteId)))
  await until('a token of each suite', async () => {
    const status = await suited.ask('/api/status')
    return status.suites.every((suite: { accessTokenExpiresAt: number | null }) =>
      Boolean(suite.accessTokenExpiresAt),
    )
  })

  const settled = async () => {
    await until('an end of the work', async () => {
      return (await suited.ask('/api/status')).events.pending === 0
    })
  }
  return {
    wecom,
    suited,
    suites,
    content,
    settled,
    async install(key, corpid) {
      const { push } = await pusher.install(suites[key].suiteId, corpid)
      if (!push?.ok) throw new Error(`The install was not taken: ${push?.detail}`)
      await until('an authorisation', async () => {
        const corp = await suited.ask(`/api/corps/${corpid}?suite=${key}`)
        return corp.status === 'authorized' && corp.agentid !== null
      })
      await settled()
    },
  }
}
