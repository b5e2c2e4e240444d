/**
 * An install, from its event to a company that is served: claim the auth_code, exchange it, put the
 * permanent code into the company's document, read the details. Every step may run twice, and each
 * try goes on at the stage that the last one has reached.
 */
import type { Clock } from '../../clock'
import type { OwnEvents } from '../../events/own-events'
import type { Work } from '../../events/worker'
import type { Logger } from '../../log'
import type { EventLog } from '../../store/event-log'
import type { OnceValues } from '../../store/once-values'
import type { CorpRecord, Store } from '../../store/store'
import type { WecomCalls } from '../../wecom/api/suite-calls'
import type { Corps } from '../corps'
import type { ReadGrant } from '../profile/grant'
import type { RetryReading } from '../profile/retry-reading'
import type { Tokens } from '../tokens/tokens'
import { readAuthCode } from './auth-code'
import { createClaimCode } from './code-claim'
import { createExchange } from './exchange'
import { createReadFirstDetails } from './first-details'
import { createHeldCodeStore, type HeldCodes } from './held-codes'
import { type BeforeCode, createFindStage, type InstallStage } from './install-stage'
import type { InstallStates } from './install-states'
import { createLanding } from './landing'

/** The work on the events that carry an auth_code. */
export const createInstall = (parts: {
  store: Pick<Store, 'findCorpByInstallEvent' | 'checkWritable'>
  eventLog: Pick<EventLog, 'get' | 'savePendingSecret' | 'checkWritable'>
  onceValues: Pick<OnceValues, 'putOnce'>
  installStates: Pick<InstallStates, 'note'>
  corps: Corps
  tokens: Tokens
  calls: Pick<WecomCalls, 'fetchPermanentCode'>
  /** The codes that this process holds already. */
  held: HeldCodes
  readGrant: ReadGrant
  retryReading: RetryReading
  ownEvents: OwnEvents
  clock: Clock
  log: Logger
  /** Told when a company's code is stored and its details are read; never throws. */
  onAuthorized(record: CorpRecord): Promise<void>
}): Work => {
  const { store, eventLog, onceValues, corps, tokens, calls, ownEvents, clock, log } = parts
  const { installStates, held, readGrant, retryReading, onAuthorized } = parts
  const heldCodes = createHeldCodeStore({ held, store, eventLog, clock, log })
  const findStage = createFindStage({ store, corps, heldCodes })
  const claimCode = createClaimCode({ onceValues, eventLog, store, clock, log })
  const exchange = createExchange({ tokens, calls, heldCodes, findStage, clock, log })
  const landing = createLanding({ corps, tokens, heldCodes, ownEvents, clock, log })
  const readFirstDetails = createReadFirstDetails({
    readGrant,
    tokens,
    retryReading,
    log,
    onAuthorized,
  })

  /** That the stage can't be told now must not cost a code that is held. */
  const failUnknown = async (start: BeforeCode, error: unknown): Promise<InstallStage> => {
    const { event, suiteId } = start
    const code = heldCodes.find(event)
    return code === null
      ? exchange.fail(start, error)
      : landing.fail({ stage: 'code_held', event, suiteId, code }, error)
  }

  return async (event) => {
    const read = readAuthCode(event)
    if (!read.ok) return { status: 'dead', lastError: read.reason }
    const { suiteId, authCode, isVouchedFor, state } = read
    const start: BeforeCode = { stage: 'before_code', event, suiteId, authCode, isVouchedFor }

    let stage = await findStage(start).catch((error) => failUnknown(start, error))
    if (stage.stage === 'before_code') stage = await exchange.assertToken(stage)
    if (stage.stage === 'before_code') stage = await claimCode(stage)
    if (stage.stage === 'before_code') stage = await exchange.exchange(stage)
    if (stage.stage === 'code_held') stage = await landing.land(stage)
    if (stage.stage === 'code_landed') {
      if (state !== null) await installStates.note(state, stage)
      stage = await readFirstDetails(stage)
    }
    return stage.settlement
  }
}
