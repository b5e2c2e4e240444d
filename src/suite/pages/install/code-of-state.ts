/**
 * The auth_code that a state of ours came back with. WeCom's page gives one for each installation
 * that begins: whoever brings others with the same state is trying codes.
 */
import { hash } from 'node:crypto'
import type { OnceValues } from '../../../store/once-values'
import { flowLifeMs } from '../flow/flow-cookie'

/** Whether it is the first auth_code that came with this state, or that one again. */
export type IsCodeOfState = (state: string, authCode: string) => Promise<boolean>

/** Throws the store’s errors. A state remembers its code for as long as its flow lives. */
export const createIsCodeOfState =
  (once: Pick<OnceValues, 'putOnce'>): IsCodeOfState =>
  async (state, authCode) => {
    const key = hash('sha256', `code of state\n${state}`)
    const code = hash('sha256', authCode)
    const put = await once.putOnce('flow_turn', key, code, flowLifeMs)
    return put.put || put.standing === code
  }
