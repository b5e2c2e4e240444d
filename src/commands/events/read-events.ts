/** Events as list and show read them: from the running service, or from a folder that none has. */
import { existsSync } from 'node:fs'
import type { Config } from '../../config/config'
import { holdingNames, withHeld } from '../../delivery/endpoints/endpoint-status'
import { ServiceError } from '../../errors'
import { showEventInFull } from '../../events/event-view'
import { exitCodes, giveUp } from '../../runtime/process/exit'
import type { Storage } from '../../runtime/storage/storage'
import type { EventRecord } from '../../store/event-record'
import { isDatabase } from '../../store-address'
import { addressIfKnown, addressOf, silenceOf } from '../cli/ask-service'
import { configOf, readSettings } from '../cli/read-settings'
import { takeStorage } from '../state/open-state'
import type { ShownEvent } from './event-lines'
import {
  answerWithinMs,
  eventServiceAt,
  type Flags,
  giveUpOn,
  giveUpWithoutKey,
  keyIn,
  refusalIn,
} from './event-service'

/** One question, as the service and as the event log are asked it. */
export interface Question {
  /** Of the service, with its query. */
  readonly path: string
  /** Which of its events a storage has. @throws {ServiceError} */
  inStorage(storage: Storage, config: Config): Promise<readonly EventRecord[]>
}

/** What the service answers; why it doesn't, if nothing is there. */
const askService = async (
  base: string,
  key: string,
  { path }: Question,
  isOwn: boolean,
): Promise<{ readonly answer: unknown } | { readonly silence: string }> => {
  const signal = AbortSignal.timeout(answerWithinMs)
  try {
    const response = await eventServiceAt(base, key, isOwn).request(path, {
      signal,
    })
    if (!response.ok) return giveUpOn(base, await refusalIn(response))
    return { answer: await response.json() }
  } catch (error) {
    if ((error as Error).name === 'StartFailure') throw error
    return { silence: silenceOf(error, answerWithinMs) }
  }
}

/** As the admin token would see them. */
const readStorage = async (storage: Storage, config: Config, question: Question) => {
  try {
    const events = await question.inStorage(storage, config)
    const held = holdingNames(await storage.eventLog.listEndpointStates())
    return events.map((event) => showEventInFull(withHeld(event, held)))
  } catch (error) {
    if (error instanceof ServiceError) return giveUp(exitCodes.failed, error.message)
    throw error
  } finally {
    await storage.close()
  }
}

/**
 * The events that answer a question: of the service at `--url` or the one of these settings; if
 * that doesn't run, of its folder or database.
 *
 * @throws {StartFailure} neither can be had, or it refuses
 */
export const readEvents = async (
  flags: Flags,
  command: 'events list' | 'events show',
  question: Question,
): Promise<readonly ShownEvent[]> => {
  const config = configOf(readSettings(flags, command))
  const key = keyIn(config)
  const base = addressIfKnown(config, flags.url)
  let silence: string | null = null
  if (base !== null && key !== null) {
    const said = await askService(base, key, question, !flags.url)
    if ('answer' in said) {
      const answer = said.answer as ShownEvent | { readonly items: ShownEvent[] }
      return 'items' in answer ? answer.items : [answer]
    }
    silence = `No service answers at ${base}: ${said.silence}`
    if (flags.url) return giveUp(exitCodes.unavailable, `${silence}.`)
  }
  if (flags.url) return giveUpWithoutKey()

  const { SUITED_STORE: store, SUITED_DATA_DIR: dir } = config.settings
  if (!isDatabase(store) && !existsSync(dir)) {
    if (silence === null) return giveUpWithoutKey()
    return giveUp(
      exitCodes.unavailable,
      `${silence}, and there is no folder ${dir} (SUITED_DATA_DIR). Name the service with --url.`,
    )
  }
  const where = isDatabase(store) ? 'database' : `folder ${dir}`
  if (silence !== null) process.stderr.write(`${silence}. Looking into its ${where}.\n`)
  const storage = await takeStorage(config, { url: undefined, mayMakeFolder: false })
  if (storage === null) {
    if (key === null) return giveUpWithoutKey()
    // It says so where only the service itself knows its port.
    const asked = addressOf(config, undefined)
    return giveUp(
      exitCodes.unavailable,
      `Another process has the folder ${dir}, and is not at ${asked}: name its address with --url.`,
    )
  }
  return readStorage(storage, config, question)
}
