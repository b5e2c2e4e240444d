/** The headers of a delivery as Standard Webhooks has them. Pure but for HMAC. */
import { createHmac } from 'node:crypto'
import { secondMs } from '../../clock'
import { keyOfSecret } from './signing-secret'

export interface StandardSecret {
  readonly secret: string
  /** Null: it is the current one. */
  readonly until: number | null
}

const signature = (secret: string, content: string): string =>
  `v1,${createHmac('sha256', keyOfSecret(secret)).update(content).digest('base64')}`

/**
 * One signature for each secret that counts, the newest first: while a secret is rotated a receiver
 * may know either.
 *
 * @param now when this attempt is made
 */
export const standardHeaders = (
  id: string,
  body: string,
  secrets: readonly StandardSecret[],
  now: number,
): Record<string, string> => {
  const timestamp = String(Math.floor(now / secondMs))
  const counting = secrets.filter(({ until }) => until === null || until > now)
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': counting
      .map(({ secret }) => signature(secret, `${id}.${timestamp}.${body}`))
      .join(' '),
  }
}
