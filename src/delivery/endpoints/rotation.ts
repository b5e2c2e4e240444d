/** An endpoint's signing with a fresh secret in front. Pure but for the chance that it is given. */
import { secondMs } from '../../clock'
import { ServiceError } from '../../errors'
import { type EndpointRecord, mostSecrets } from '../../store/endpoints'
import { secretOf } from '../send/signing-secret'
import { freshPair } from './endpoint-request'

type Signing = EndpointRecord['signing']

interface Rotation {
  /** How long the present secret signs beside the fresh one; 0 ends all before it at once. */
  readonly graceSeconds: number
  /** Epoch milliseconds. */
  readonly now: number
  freshBytes(count: number): Uint8Array
}

const tooMany = (firstUntil: number) =>
  new ServiceError(
    'conflict',
    `${mostSecrets - 1} older secrets of it would sign beside a new one: wait until ${new Date(firstUntil).toISOString()}, when the first of them ends, or rotate with graceSeconds 0, which ends all of them now.`,
  )

/**
 * Older ones that still sign go on until their own time: whoever lost the answer of a rotation asks
 * for another one, and the receiver still has the secret of before. A pair of WeCom's format ends
 * at once, for a message is sealed with one alone.
 *
 * @throws {ServiceError} conflict — `mostSecrets` sign already
 */
export const rotated = (signing: Signing, { graceSeconds, now, freshBytes }: Rotation): Signing => {
  if (signing.format === 'wecom') {
    return { format: 'wecom', pairs: [{ ...freshPair(freshBytes), until: null }] }
  }
  const until = now + graceSeconds * secondMs
  const older =
    graceSeconds === 0
      ? []
      : signing.secrets
          .map((one) => ({ ...one, until: one.until ?? until }))
          .filter((one) => one.until > now)
  if (older.length >= mostSecrets) throw tooMany(Math.min(...older.map((one) => one.until)))
  return {
    format: 'standard',
    secrets: [{ secret: secretOf(freshBytes(32)), until: null }, ...older],
  }
}

/** When the one before the newest ends, or `now` if it has. Epoch milliseconds. */
export const previousUntil = (signing: Signing, now: number): number =>
  (signing.format === 'standard' ? signing.secrets[1]?.until : null) ?? now
