/** One-time codes: what the browser carries to the business app, and what that gets for it. */
import { createHash } from 'node:crypto'
import { Value } from '@sinclair/typebox/value'
import { minuteMs } from '../../../clock'
import { ServiceError } from '../../../errors'
import type { OnceValues } from '../../../store/once-values'
import { Member } from './member'

/** How long a code may take from our redirect to the business app's question. */
export const oneTimeCodeLifeMs = minuteMs

const codeBytes = 32
const form = /^[A-Za-z0-9_-]{43}$/

const keyOf = (code: string): string => createHash('sha256').update(code).digest('hex')

export interface OneTimeCodes {
  /** A code that gives this member once, within 60 s. */
  issue(member: Member): Promise<string>
  /**
   * The member; the code is used up.
   *
   * @throws {ServiceError} invalid_request — unknown, used, or older than 60 s
   */
  redeem(code: string): Promise<Member>
}

export const createOneTimeCodes = (parts: {
  once: Pick<OnceValues, 'putOnce' | 'takeOnce'>
  freshBytes(count: number): Uint8Array
}): OneTimeCodes => {
  const { once, freshBytes } = parts
  return {
    async issue(member) {
      const code = Buffer.from(freshBytes(codeBytes)).toString('base64url')
      await once.putOnce('login_code', keyOf(code), JSON.stringify(member), oneTimeCodeLifeMs)
      return code
    },
    async redeem(code) {
      const kept = form.test(code) ? await once.takeOnce('login_code', keyOf(code)) : null
      if (kept === null) {
        throw new ServiceError(
          'invalid_request',
          'This code is unknown, was used already, or is older than 60 seconds. Let the member log in again.',
        )
      }
      return Value.Decode(Member, JSON.parse(kept))
    },
  }
}
