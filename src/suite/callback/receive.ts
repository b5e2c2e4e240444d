/**
 * A callback from WeCom, from the signed query to the answer: who sent it, whom it is for, what it
 * says, and whether it is safe on disk.
 */
import { type Clock, secondMs } from '../../clock'
import type { Logger } from '../../log'
import { whyNoEcho } from '../../wecom/callback/echo'
import {
  type CallbackPair,
  ciphertextOf,
  type EnvelopeFailure,
  isSigned,
  type Opened,
  openEnvelope,
  repairEchostr,
  type SignedQuery,
} from '../../wecom/callback/envelope'
import {
  type Message,
  type MessageFailure,
  parseMessage,
  saidAtSeconds,
  saidInTextAtSeconds,
} from '../../wecom/callback/message'
import {
  type DiscoveredId,
  judgeReceiver,
  judgeUnread,
  judgeUrlCheck,
  type ReceiverVerdict,
} from '../../wecom/callback/receiver'
import { otherSigningTime } from '../../wecom/callback/swapped-timestamp'
import type { Suite, Suites } from '../suites'
import type { Inbox } from './inbox'
import { createCallbackNotices } from './notices'
import { ownIdsOf } from './own-ids'
import type { CallbackPlace } from './place'
import { diagnoseBody, diagnoseReceiver, diagnoseSeal, type OtherPair } from './refused/diagnosis'
import { RefusedCallback } from './refused/mistake'

/** The URL that a callback came to. */
export interface CallbackUrl extends CallbackPlace {
  /** Which pairs may have sealed what comes here, if not those of the suite or the provider. */
  readonly pairs?: readonly CallbackPair[]
}

export interface CallbackReceiving {
  /**
   * The echostr to answer a URL check with; never what WeCom pushed.
   *
   * @throws {RefusedCallback} bad_signature, stale_timestamp, undecryptable, wrong_receiver
   */
  checkUrl(at: CallbackUrl, query: SignedQuery, echostr: string): string
  /**
   * The body to answer a push with, once it is safe on disk.
   *
   * @throws {RefusedCallback} malformed_xml, bad_signature, stale_timestamp, undecryptable,
   * wrong_receiver
   * @throws {ServiceError} store_unavailable
   */
  receive(at: CallbackUrl, query: SignedQuery, body: string): Promise<'success' | ''>
  /** Whether the signature fits a body, or an echostr: nothing else of it is looked at. */
  isSigned(at: CallbackUrl, query: SignedQuery, sent: Sent): boolean
}

/** What came to be opened, just as it came. */
export type Sent = { readonly body: string } | { readonly echostr: string }

export interface CallbackReceivingParts {
  readonly suites: Suites
  readonly inbox: Inbox
  readonly clock: Clock
  readonly log: Logger
  /** Callbacks signed longer ago, or further ahead, are refused; 0 takes any. */
  readonly maxAgeSeconds: number
  /** Told of every callback whose signature fits and that is for us. */
  onReached(at: CallbackUrl, by: 'check' | 'push'): void
  /** Told of every callback that a suite's pair of before a rotation has sealed. */
  onPreviousPair(suite: Suite): void
  /** Told of every id that came and isn't configured yet. */
  onDiscovered(suite: Suite | null, ids: readonly DiscoveredId[]): void
  /**
   * Told of the moment, in epoch milliseconds, and the nonce of every push whose signature fits,
   * too old ones included.
   */
  onSignedAt(moment: number, nonce: string): void
  /** All pairs that this process knows, to find out whose a callback is that doesn't fit. */
  knownPairs(): readonly OtherPair[]
}

interface Sealed extends Opened {
  /** The suite whose pair fitted, or the one that the path means. */
  readonly suite: Suite | null
}

const refusals: Record<EnvelopeFailure['kind'], string> = {
  bad_signature:
    'The signature does not fit: the Token here differs from the one in the console, or a proxy changed the query.',
  stale_timestamp:
    'The signed timestamp is too far from our clock: check the clock of this machine.',
  undecryptable:
    'The signature fits, but the message does not decrypt: the EncodingAESKey here differs from the one in the console.',
}

export const createCallbackReceiving = (parts: CallbackReceivingParts): CallbackReceiving => {
  const { suites, inbox, clock, log, maxAgeSeconds } = parts
  const { onReached, onPreviousPair, onDiscovered, onSignedAt, knownPairs } = parts
  const notices = createCallbackNotices(log)

  const pairsOf = (at: CallbackUrl): { pair: CallbackPair; suite: Suite | null }[] => {
    const { suite } = at
    if (at.pairs) return at.pairs.map((pair) => ({ pair, suite }))
    if (suite) return suite.pairs.map((pair) => ({ pair, suite }))
    const { pairs } = suites.provider
    if (pairs.length > 0) return pairs.map((pair) => ({ pair, suite: null }))
    return suites.all.flatMap((own) => own.pairs.map((pair) => ({ pair, suite: own })))
  }

  const tellSigningTime = ({ timestamp, nonce }: SignedQuery): void =>
    onSignedAt(Number(timestamp) * secondMs, nonce)

  const describe = ({ url, suite }: CallbackUrl) => ({ url, suite: suite?.key })

  const open = (
    at: CallbackUrl,
    query: SignedQuery,
    ciphertext: string,
    body: string | null,
  ): Sealed => {
    const candidates = pairsOf(at)
    const now = clock.now()
    const pairs = candidates.map(({ pair }) => pair)
    const opened = openEnvelope(pairs, query, ciphertext, { now, maxAgeSeconds })
    if (!opened.ok) {
      const { reason } = opened
      if (reason.kind === 'stale_timestamp') tellSigningTime(query)
      const others = knownPairs().filter(({ pair }) => !pairs.includes(pair))
      const mistake = diagnoseSeal(reason, { query, ciphertext, body }, pairs, others)
      throw new RefusedCallback(reason.kind, refusals[reason.kind], mistake)
    }
    const fitting = candidates[opened.value.pair]
    const suite = fitting?.suite ?? null
    if (suite && fitting && suite.pairs.indexOf(fitting.pair) > 0) onPreviousPair(suite)
    return { ...opened.value, suite }
  }

  const admit = (
    at: CallbackUrl,
    by: 'check' | 'push',
    suite: Suite | null,
    verdict: ReceiverVerdict,
  ): void => {
    if (verdict.ok) {
      onReached(at, by)
      if (verdict.discovered.length > 0) onDiscovered(suite, verdict.discovered)
      return
    }
    throw new RefusedCallback(
      'wrong_receiver',
      `The signature fits, but the ${verdict.which} is not ours: this URL or this Token belongs to another app. The log names both ids.`,
      diagnoseReceiver(verdict, (id) => suites.byId(id)?.key ?? null),
    )
  }

  const refuseSwapped = (query: SignedQuery, saidAt: number | null): void => {
    const now = clock.now()
    const signedAt = otherSigningTime(query, saidAt, { now, maxAgeSeconds })
    if (signedAt === null) return
    const ageSeconds = Math.round(now / secondMs) - signedAt
    const mistake = { code: 'stale_timestamp', ageSeconds } as const
    throw new RefusedCallback('stale_timestamp', refusals.stale_timestamp, mistake)
  }

  return {
    checkUrl(at, query, echostr) {
      const { message, receiveId, suite } = open(at, query, repairEchostr(echostr), null)
      if (whyNoEcho(message) !== null) {
        const detail = 'This was not sealed for a URL check: a check answers no message.'
        throw new RefusedCallback('bad_signature', detail, { code: 'no_message' })
      }
      const company = at.url === 'company' ? at.pathCorpid : null
      admit(
        at,
        'check',
        suite,
        judgeUrlCheck(receiveId, ownIdsOf(suites, suite, receiveId), company),
      )
      log.info('WeCom checked a URL', { ...describe(at), receiveId })
      return message
    },

    isSigned(at, query, sent) {
      const ciphertext = 'body' in sent ? ciphertextOf(sent.body) : repairEchostr(sent.echostr)
      const pairs = pairsOf(at).map(({ pair }) => pair)
      return ciphertext !== null && isSigned(pairs, query, ciphertext)
    },

    async receive(at, query, body) {
      const ciphertext = ciphertextOf(body)
      if (ciphertext === null) {
        const detail = 'The body holds no <Encrypt> element.'
        throw new RefusedCallback('malformed_xml', detail, diagnoseBody(query, body))
      }
      const { message: plain, receiveId, suite } = open(at, query, ciphertext, body)
      const parsed = parseMessage(plain)
      const message: Message | MessageFailure = parsed.ok ? parsed.value : parsed.reason
      refuseSwapped(query, parsed.ok ? saidAtSeconds(parsed.value) : saidInTextAtSeconds(plain))
      tellSigningTime(query)
      const addressee = {
        receiveId,
        pathCorpid: at.pathCorpid === '$CORPID$' ? null : at.pathCorpid,
        onDataUrl: at.url === 'data',
        onCompanyUrl: at.url === 'company',
      }
      if (typeof message === 'string') {
        admit(
          at,
          'push',
          suite,
          judgeUnread(receiveId, ownIdsOf(suites, suite, receiveId), addressee),
        )
      } else {
        const named = message.kind === 'command' ? message.suiteId : receiveId
        admit(
          at,
          'push',
          suite,
          judgeReceiver(message, receiveId, ownIdsOf(suites, suite, named), addressee),
        )
        notices.unusualUrl(at, message)
        notices.receiver(at, receiveId)
      }
      const receipt = await inbox.receive({
        suiteId: suite?.suiteId ?? null,
        url: at.url === 'company' ? 'data' : at.url,
        body: plain,
        message,
        addressee,
      })
      if (receipt === 'ticket_refused') {
        const detail = "The ticket's own TimeStamp is unusable."
        throw new RefusedCallback('stale_timestamp', detail, { code: 'stale_ticket' })
      }
      const kind = typeof message === 'string' ? at.url : message.kind
      return kind === 'data' || kind === 'company' ? '' : 'success'
    },
  }
}
