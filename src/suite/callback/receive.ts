/**
 * The receiver of callbacks, from the signed query to the answer: who sent it, whom it is for, what
 * it says, and whether it is safe on disk.
 */
import type { Clock } from '../../clock'
import type { Logger } from '../../log'
import type { Random } from '../../retry'
import { whyNoEcho } from '../../wecom/callback/echo'
import {
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
import type { Suite, Suites } from '../suites'
import { type CallbackUrl, type ExpectedPair, expectedPairs } from './expected-pairs'
import type { Inbox } from './inbox'
import { createCallbackNotices, type GivenNotices } from './notices'
import { ownIdsOf } from './own-ids'
import { diagnoseBody, diagnoseReceiver, diagnoseSeal } from './refused/diagnosis'
import type { AcceptedCallback } from './refused/disproof'
import type { KnownPair } from './refused/known-pairs'
import { RefusedCallbackError } from './refused/refused-callback'
import { sealReply } from './sealed-reply'
import { createSigningTimes, staleDetail } from './signing-time'

export interface CallbackReceiver {
  /**
   * The echostr to answer a URL check with; never what WeCom pushed.
   *
   * @throws {RefusedCallbackError} bad_signature, stale_timestamp, undecryptable, wrong_receiver
   */
  checkUrl(at: CallbackUrl, query: SignedQuery, echostr: string): string
  /**
   * The body to answer a push with, once it is safe on disk: `success`, or for a member's message
   * nothing, or the sealed reply to it.
   *
   * @throws {RefusedCallbackError} malformed_xml, bad_signature, stale_timestamp, undecryptable,
   * wrong_receiver
   * @throws {ServiceError} store_unavailable
   */
  receive(at: CallbackUrl, query: SignedQuery, body: string): Promise<string>
}

export interface CallbackReceiverParts {
  readonly suites: Suites
  readonly inbox: Inbox
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** Callbacks signed longer ago, or further ahead, are refused; 0 takes any. */
  readonly maxAgeSeconds: number
  /** Called for every callback whose signature fits and that is for us. */
  onAccepted(at: CallbackUrl, accepted: Acceptance): void
  /** Called for every callback that a suite's pair of before a rotation has sealed. */
  onPreviousPair(suite: Suite): void
  /** Called for every id that came and isn't configured yet. */
  onDiscovered(suite: Suite | null, ids: readonly DiscoveredId[]): void
  /**
   * Called with the moment, in epoch milliseconds, and the nonce of every callback whose
   * signature fits, too old ones included.
   */
  onSignedAt(moment: number, nonce: string): void
  readonly givenNotices: GivenNotices
  /** All pairs that this process knows, to find out whose a callback is that doesn't fit. */
  knownPairs(): readonly KnownPair[]
}

/** All of an accepted callback but its place. */
export type Acceptance = Omit<AcceptedCallback, 'place'>

type Unsealed = Omit<Opened, 'pair'> & ExpectedPair

/** The suite or provider that a message is for; a member's message names neither. */
const receiverNamedBy = (message: Message): string | null => {
  if (message.kind === 'command') return message.suiteId
  return message.kind === 'system' ? message.serviceCorpId : null
}

const refusals: Record<EnvelopeFailure['kind'], string> = {
  bad_signature:
    'The signature does not fit: the Token here differs from the one in the console, or a proxy changed the query.',
  stale_timestamp: staleDetail,
  undecryptable:
    'The signature fits, but the message does not decrypt: the EncodingAESKey here differs from the one in the console.',
}

export const createCallbackReceiver = (parts: CallbackReceiverParts): CallbackReceiver => {
  const { suites, inbox, clock, random, log, maxAgeSeconds } = parts
  const { onAccepted, onPreviousPair, onDiscovered, onSignedAt, knownPairs } = parts
  const notices = createCallbackNotices(log, parts.givenNotices)
  const signingTimes = createSigningTimes(clock, maxAgeSeconds, onSignedAt)

  const describe = ({ url, suite }: CallbackUrl) => ({ url, suite: suite?.key })

  const open = (
    at: CallbackUrl,
    query: SignedQuery,
    ciphertext: string,
    body: string | null,
  ): Unsealed => {
    const candidates = expectedPairs(at, suites)
    const now = clock.now()
    const pairs = candidates.map(({ pair }) => pair)
    const opened = openEnvelope(pairs, query, ciphertext, { now, maxAgeSeconds })
    if (!opened.ok) {
      const { reason } = opened
      if (reason.kind === 'stale_timestamp') signingTimes.report(query)
      const others = knownPairs().filter(({ pair }) => !pairs.includes(pair))
      const mistake = diagnoseSeal(reason, { query, ciphertext, body }, pairs, others)
      const signer = pairs.find((pair) => isSigned([pair], query, ciphertext)) ?? null
      throw new RefusedCallbackError(reason.kind, refusals[reason.kind], mistake, signer)
    }
    const { pair, suite } = candidates[opened.value.pair] as ExpectedPair
    if (suite && pair === suite.pairs.previous) onPreviousPair(suite)
    return { ...opened.value, pair, suite }
  }

  /** @param named the ids that it names as its receivers */
  const admit = (
    at: CallbackUrl,
    by: 'check' | 'push',
    { pair, suite }: ExpectedPair,
    named: readonly string[],
    verdict: ReceiverVerdict,
  ): void => {
    if (verdict.ok) {
      onAccepted(at, { by, pair, owner: suite?.key ?? null, receivers: named })
      if (verdict.discovered.length > 0) onDiscovered(suite, verdict.discovered)
      return
    }
    throw new RefusedCallbackError(
      'wrong_receiver',
      `The signature fits, but the ${verdict.which} is not ours: this URL or this Token belongs to another app. The log names both ids.`,
      diagnoseReceiver(verdict, (id) => suites.byId(id)?.key ?? null),
      pair,
    )
  }

  return {
    checkUrl(at, query, echostr) {
      const unsealed = open(at, query, repairEchostr(echostr), null)
      const { message, receiveId, pair, suite } = unsealed
      if (whyNoEcho(message) !== null) {
        const detail = 'This was not sealed for a URL check: a check answers no message.'
        throw new RefusedCallbackError('bad_signature', detail, { code: 'no_message' }, pair)
      }
      const corpid = at.url === 'company' ? at.pathCorpid : null
      const verdict = judgeUrlCheck(receiveId, ownIdsOf(suites, suite, receiveId), corpid)
      admit(at, 'check', unsealed, [receiveId], verdict)
      signingTimes.reportUnlessMoved(query, null)
      log.info('WeCom checked a URL', { ...describe(at), receiveId })
      return message
    },

    async receive(at, query, body) {
      const ciphertext = ciphertextOf(body)
      if (ciphertext === null) {
        const detail = 'The body holds no <Encrypt> element.'
        throw new RefusedCallbackError('malformed_xml', detail, diagnoseBody(query, body))
      }
      const unsealed = open(at, query, ciphertext, body)
      const { message: plain, receiveId, pair, suite } = unsealed
      const parsed = parseMessage(plain)
      const message: Message | MessageFailure = parsed.ok ? parsed.value : parsed.reason
      const saidAt = parsed.ok ? saidAtSeconds(parsed.value) : saidInTextAtSeconds(plain)
      signingTimes.refuseMoved(query, saidAt, pair)
      signingTimes.reportUnlessMoved(query, saidAt)
      const addressee = {
        receiveId,
        pathCorpid: at.pathCorpid === '$CORPID$' ? null : at.pathCorpid,
        onDataUrl: at.url === 'data',
        onCompanyUrl: at.url === 'company',
      }
      if (typeof message === 'string') {
        const verdict = judgeUnread(receiveId, ownIdsOf(suites, suite, receiveId), addressee)
        admit(at, 'push', unsealed, [receiveId], verdict)
      } else {
        const named = receiverNamedBy(message) ?? receiveId
        const own = ownIdsOf(suites, suite, message.kind === 'command' ? named : receiveId)
        const verdict = judgeReceiver(message, receiveId, own, addressee)
        admit(at, 'push', unsealed, [named, receiveId], verdict)
        notices.unusualUrl(at, message)
        notices.receiver(at, receiveId)
      }
      const { outcome, reply } = await inbox.receive({
        suiteId: suite?.suiteId ?? null,
        url: at.url === 'company' ? 'data' : at.url,
        body: plain,
        message,
        addressee,
      })
      if (outcome === 'ticket_refused') {
        const detail = "The ticket's own TimeStamp is unusable."
        throw new RefusedCallbackError('stale_timestamp', detail, { code: 'stale_ticket' }, pair)
      }
      if (reply !== null) return sealReply(reply, pair, receiveId, clock.now(), random)
      const kind = typeof message === 'string' ? at.url : message.kind
      return kind === 'data' || kind === 'company' ? '' : 'success'
    },
  }
}
