/**
 * What became of installations that began with a state of ours, where WeCom pushes it with the
 * create_auth: those by a customised app's QR code.
 */
import { hash } from 'node:crypto'
import { dayMs } from '../../clock'
import { reasonOf } from '../../errors'
import type { Logger } from '../../log'
import type { OnceValues } from '../../store/once-values'
import type { CodeLanded } from './install-stage'

/** Which company installed the app, and by which event. */
export interface StateInstalled {
  readonly corpid: string
  readonly eventId: string
}

export interface InstallStates {
  /** Notes that a company's code has landed, for a day. Never throws. */
  note(state: string, landed: CodeLanded): Promise<void>
  /** The installation that began with this state; null if there is none (yet). */
  find(state: string): Promise<StateInstalled | null>
}

/** WeCom's states have at most 32 letters and digits; what follows them is not ours. */
const stateLength = 32

const keyOf = (state: string): string => hash('sha256', state.slice(0, stateLength))

export const createInstallStates = (parts: {
  onceValues: Pick<OnceValues, 'putOnce' | 'findOnce'>
  log: Logger
}): InstallStates => {
  const { onceValues, log } = parts
  return {
    async note(state, { event, record: { suiteId, corpid } }) {
      const installed: StateInstalled = { corpid, eventId: event.id }
      try {
        await onceValues.putOnce('install_state', keyOf(state), JSON.stringify(installed), dayMs)
      } catch (error) {
        log.warn('the page that waits for an installation can’t be told of it', {
          suiteId,
          corpid,
          eventId: event.id,
          reason: reasonOf(error),
        })
      }
    },
    async find(state) {
      const found = await onceValues.findOnce('install_state', keyOf(state))
      return found === null ? null : JSON.parse(found)
    },
  }
}
