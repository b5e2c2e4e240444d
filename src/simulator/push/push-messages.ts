/**
 * Pushing messages to the backend under test: any XML, any message of the catalogue, URL checks.
 */
import { secondMs } from '../../clock'
import { ServiceError } from '../../errors'
import { buildMessage, type Channel } from '../catalogue/catalogue'
import type { Elements } from '../catalogue/xml-elements'
import { currentInstallation, suiteNamed } from '../world/installations'
import { randomNumber } from '../world/random-text'
import { writtenSeconds } from '../world/rules'
import type { Suite, World } from '../world/world'
import { type DeliveryParts, deliver, notSent, type PushResult } from './delivery'
import { openReply } from './passive-reply'
import { checkRequest, pushRequest, type Sealer, withCorpid } from './sealing'

export interface PushOptions {
  /** Which of the URLs it goes to, and so who it is sealed for. Default `command`. */
  readonly channel?: Channel | undefined
  /** The company it is about; for the data channel its receive id too. Default: the first one. */
  readonly corpid?: string | undefined
  /** In place of the saved URL; `$CORPID$` in it is replaced. */
  readonly url?: string | undefined
  /** In place of the one that WeCom would put inside the ciphertext. */
  readonly receiveId?: string | undefined
  /** In place of the outer ToUserName. */
  readonly toUserName?: string | undefined
  /** What the log calls it. Default `xml`. */
  readonly type?: string | undefined
}

export interface EventOptions {
  /** Default: the first suite. */
  readonly suiteId?: string | undefined
  /** Default: the first company. Need not exist. */
  readonly corpid?: string | undefined
  /** The member it is about. Default: the company's first. */
  readonly userid?: string | undefined
  /** Elements in place of the example's own or beyond them. */
  readonly fields?: Elements | undefined
  readonly url?: string | undefined
  readonly receiveId?: string | undefined
}

/** What became of a push. */
export interface Pushed extends PushResult {
  /** The member's reply in the clear, if the answer on the data URL held one. */
  readonly reply: string | null
}

export interface PushRecord extends Pushed {
  readonly at: number
  readonly channel: Channel
  readonly type: string
  readonly suiteId: string | null
  readonly corpid: string | null
  readonly url: string | null
}

export interface MessagePusher {
  /** Seals and pushes any text. `suiteId` plays no part in the system channel. */
  push(suiteId: string, xml: string, options?: PushOptions): Promise<Pushed>
  /**
   * Pushes an example of a type of the catalogue (see `catalogueTypes`) on the URL where WeCom
   * sends it. Changes nothing in the world: the code of an example `create_auth` is worthless.
   *
   * @throws {ServiceError} not_found — no such type; suite_not_found
   */
  pushEvent(type: string, options?: EventOptions): Promise<Pushed>
  /** A member writes to the app. */
  message(
    suiteId: string,
    corpid: string,
    message: { text: string; from?: string | undefined },
  ): Promise<Pushed>
  /**
   * Checks a callback URL as WeCom's console does before it saves one: content if the echo comes
   * back, byte by byte, within a second.
   *
   * @param whose a suite id, or `system` for the provider's own URL
   */
  checkUrl(whose: string, url: string, receiveId?: string): Promise<PushResult>
  /** The last thousand pushes, oldest first. */
  log(): readonly PushRecord[]
}

export interface PushParts extends DeliveryParts {
  readonly world: World
}

const remembered = 1000

/** What WeCom wants answered within a second, because it tells of an authorisation. */
const hasteMs = secondMs
const hastyTypes = new Set([
  'create_auth',
  'change_auth',
  'cancel_auth',
  'reset_permanent_code',
  'device_data_auth_change',
])

const wantsSuccess = (body: string): string | null =>
  body === 'success' ? null : 'The answer must be the bare word success.'

export const createMessagePusher = (parts: PushParts): MessagePusher => {
  const { world } = parts
  const log: PushRecord[] = []

  const firstSuite = (): string => world.suites.keys().next().value ?? ''
  const firstCompany = (): string => world.companies.keys().next().value ?? ''
  const agentidOf = (suiteId: string, corpid: string): number =>
    currentInstallation(world, suiteId, corpid)?.agentid ?? 1000002

  const savedUrl = (suite: Suite | null, channel: Channel): string | null => {
    if (!suite) return world.provider.systemUrl
    return channel === 'command' ? suite.commandUrl : suite.dataUrl
  }

  const receiverOf = (suite: Suite | null, channel: Channel, corpid: string): string => {
    if (!suite) return world.provider.corpid
    return channel === 'command' ? suite.suiteId : corpid
  }

  const push: MessagePusher['push'] = async (suiteId, xml, options = {}) => {
    const channel = options.channel ?? 'command'
    const suite = channel === 'system' ? null : suiteNamed(world, suiteId)
    const corpid = options.corpid ?? firstCompany()
    const type = options.type ?? 'xml'
    const template = options.url ?? savedUrl(suite, channel)
    const url = template === null ? null : withCorpid(template, corpid)
    const receiver = receiverOf(suite, channel, corpid)
    const receiveId = options.receiveId ?? (suite?.receiveIdEmpty ? '' : receiver)
    const sealer: Sealer = suite ?? 'system'
    const isMessage = channel === 'data' && !xml.includes('<InfoType>')
    const agentId = isMessage ? String(agentidOf(suiteId, corpid)) : ''
    const toUserName = options.toUserName ?? receiver
    const at = world.clock.now()

    const replyIn = (body: string) =>
      suite && isMessage ? openReply(suite, receiveId, body) : null
    const wrongWith = (body: string): string | null => {
      if (channel !== 'data') return wantsSuccess(body)
      if (body === '' || replyIn(body) !== null) return null
      return isMessage ? 'The answer must be empty or a sealed reply.' : wantsSuccess(body)
    }

    const result =
      url === null
        ? notSent(`No ${channel} URL is saved.`)
        : await deliver(
            {
              request: () =>
                pushRequest(world, url, { sealer, message: xml, receiveId, toUserName, agentId }),
              ...(hastyTypes.has(type) && { deadlineMs: hasteMs }),
              wrongWith,
            },
            parts,
          )
    const reply = result.body ? replyIn(result.body) : null
    const suiteIdOrNull = suite ? suite.suiteId : null
    log.push({ at, channel, type, suiteId: suiteIdOrNull, corpid, url, ...result, reply })
    if (log.length > remembered) log.shift()
    return { ...result, reply }
  }

  const pushEvent: MessagePusher['pushEvent'] = async (type, options = {}) => {
    const suiteId = options.suiteId ?? firstSuite()
    const corpid = options.corpid ?? firstCompany()
    const [firstMember] = world.companies.get(corpid)?.members ?? []
    const built = buildMessage(
      type,
      {
        suiteId,
        corpid,
        providerCorpid: world.provider.corpid,
        agentid: agentidOf(suiteId, corpid),
        userid: options.userid ?? firstMember?.userid ?? 'woMember',
        timestamp: writtenSeconds(world),
        serial: randomNumber(world.random, 19),
      },
      options.fields,
    )
    if (!built) throw new ServiceError('not_found', `The catalogue has no message ${type}.`)
    const { url, receiveId } = options
    return push(suiteId, built.xml, { channel: built.channel, corpid, type, url, receiveId })
  }

  return {
    push,
    pushEvent,
    message: (suiteId, corpid, { text, from }) =>
      pushEvent('text', { suiteId, corpid, userid: from, fields: { Content: text } }),
    checkUrl: (whose, url, receiveId = world.provider.corpid) => {
      const sealer = whose === 'system' ? whose : suiteNamed(world, whose)
      const echo = randomNumber(world.random, 19)
      return deliver(
        {
          request: () => checkRequest(world, url, { echo, sealer, receiveId }),
          attempts: 1,
          deadlineMs: secondMs,
          wrongWith: (body) => (body === echo ? null : 'The answer is not the decrypted echostr.'),
        },
        parts,
      )
    },
    log: () => log,
  }
}
