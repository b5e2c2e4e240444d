/**
 * The state of a flow: 32 letters and digits that go to WeCom's page and come back. It signs
 * itself, so nothing is written when a flow begins, and a forged state differs from a missing one.
 * Pure.
 */
import { createHmac } from 'node:crypto'
import { secondMs } from '../../../clock'
import { equalInConstantTime } from '../../../constant-time'
import { fail, type Result, succeed } from '../../../errors'
import type { Random } from '../../../retry'
import type { FlowKeys } from './flow-keys'

export type FlowKind = 'install' | 'login'

/** Whose flow a state is: that of one kind, in one suite. */
export interface StateOwner {
  readonly kind: FlowKind
  readonly suiteKey: string
}

export interface State {
  readonly text: string
  /** When its flow began, epoch milliseconds; whole seconds. */
  readonly beganAt: number
}

export type StateFailure = 'missing' | 'forged' | 'expired'

const timeLength = 7
const nonceLength = 8
const macLength = 17
/** WeCom takes 128, but 32 alone beside a QR code. */
export const stateLength = timeLength + nonceLength + macLength

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const form = new RegExp(`^[A-Za-z0-9]{${stateLength}}`)

const macOf = ({ states }: FlowKeys, { kind, suiteKey }: StateOwner, signed: string): string =>
  createHmac('sha256', states)
    .update(`${kind} ${suiteKey} ${signed}`)
    .digest('base64url')
    .replaceAll(/[-_]/g, '')
    .slice(0, macLength)

/**
 * A fresh state.
 *
 * @param now epoch milliseconds
 * @param random numbers that nobody can foresee
 */
export const newState = (keys: FlowKeys, owner: StateOwner, now: number, random: Random): State => {
  const seconds = Math.floor(now / secondMs)
  const time = seconds.toString(36).padStart(timeLength, '0')
  const nonce = Array.from(
    { length: nonceLength },
    () => letters[Math.floor(random() * letters.length)],
  ).join('')
  const signed = time + nonce
  return { text: signed + macOf(keys, owner, signed), beganAt: seconds * secondMs }
}

/**
 * A state that came back. What follows its 32 characters is ignored: some browsers add to it.
 *
 * @param now epoch milliseconds
 * @param lifeMs how long a flow of its kind may take
 */
export const readState = (
  keys: FlowKeys,
  owner: StateOwner,
  came: string | null,
  now: number,
  lifeMs: number,
): Result<State, StateFailure> => {
  if (came === null || came === '') return fail('missing')
  const text = form.exec(came)?.[0]
  if (text === undefined) return fail('forged')
  const signed = text.slice(0, timeLength + nonceLength)
  const mac = macOf(keys, owner, signed)
  if (!equalInConstantTime(text.slice(signed.length), mac)) return fail('forged')
  const beganAt = Number.parseInt(text.slice(0, timeLength), 36) * secondMs
  return now < beganAt + lifeMs ? succeed({ text, beganAt }) : fail('expired')
}
