/**
 * The landing of a permanent code: it goes into its company's document before anything else is done
 * with it.
 */
import type { Clock } from '../../clock'
import { reasonOf } from '../../errors'
import type { OwnEvents } from '../../events/own-events'
import type { Logger } from '../../log'
import { exchangeRetryMs } from '../../retry'
import type { Corps } from '../corps'
import type { Tokens } from '../tokens/tokens'
import type { HeldCodeStore } from './held-codes'
import { type CodeHeld, type CodeLanded, type TryEnded, tryEnded } from './install-stage'

export interface Landing {
  /**
   * Writes the permanent code into its company's document. The try ends if that document is of a
   * later authorisation, or of one that has ended. A failure ends the try and never throws.
   */
  land(held: CodeHeld): Promise<CodeLanded | TryEnded>
  /** Ends a try that failed with the permanent code held: nothing makes such an install dead. */
  fail(held: CodeHeld, error: unknown): Promise<TryEnded>
}

export const createLanding = (parts: {
  corps: Pick<Corps, 'change'>
  tokens: Pick<Tokens, 'forget'>
  heldCodes: Pick<HeldCodeStore, 'saveBesideEvent' | 'remove'>
  ownEvents: OwnEvents
  clock: Clock
  log: Logger
}): Landing => {
  const { corps, tokens, heldCodes, ownEvents, clock, log } = parts

  /** What a former authorisation left is replaced, but for what belongs to the company itself. */
  const save = ({ event, suiteId, code }: CodeHeld) => {
    const { corpid, name, permanentCode, installer, authorizedAt } = code
    const isReset = event.type === 'reset_permanent_code'
    return corps.change(suiteId, corpid, (current) => {
      // This code may have been held up while the company installed the app anew.
      if (current && current.authorizedAt > authorizedAt) return null
      // Or it landed before, and the company left since.
      if (current?.authorizedAt === authorizedAt && !current.permanentCode) return null
      const { installedBy: before, ...former } = current ?? {}
      const installedBy = installer ?? (isReset ? before : undefined)
      return {
        ...former,
        version: 1,
        suiteId,
        corpid,
        name: name || (current?.name ?? ''),
        agentid: null,
        status: 'authorized',
        statusReason: null,
        statusAt: authorizedAt,
        permanentCode,
        authorizedAt,
        installEventId: event.id,
        ...(installedBy && { installedBy }),
        authMode: null,
        authInfo: null,
      }
    })
  }

  const fail: Landing['fail'] = async ({ event, code }, error) => {
    await heldCodes.saveBesideEvent(event, code, error)
    return tryEnded({
      status: 'pending',
      lastError: `Its permanent code waits for its company’s document: ${reasonOf(error)}`,
      nextAttemptAt: clock.now() + exchangeRetryMs(event.attempts + 1),
      corpid: code.corpid,
    })
  }

  return {
    async land(held) {
      const { event, suiteId, code } = held
      const { corpid } = code
      try {
        const { after: record } = await save(held)
        await heldCodes.remove(event)
        if (record?.installEventId !== event.id) return tryEnded({ status: 'done' })
        tokens.forget(suiteId, corpid)
        log.info('a company authorised the app', { suiteId, corpid, eventId: event.id })
        await ownEvents.add('suited.corp_authorized', suiteId, corpid, { by: event.type })
        return { stage: 'code_landed', event, record }
      } catch (error) {
        return fail(held, error)
      }
    },
    fail,
  }
}
