/** An event sent to a local address as a delivery: the same body, signed with a local secret. */
import { readFileSync } from 'node:fs'
import { systemClock } from '../../clock'
import { type DeliveredEvent, deliveredEvent } from '../../delivery/compose'
import { resolveAddresses } from '../../delivery/send/resolve'
import { createSender, type Receiver, type Sent } from '../../delivery/send/sender'
import { judgeSecret, secretOf } from '../../delivery/send/signing-secret'
import { exitCodes, giveUp } from '../../runtime/process/exit'
import { fetchDirectly } from '../../runtime/process/network'
import { randomBytes } from '../../runtime/process/randomness'
import { version } from '../../version'
import { isHttpAddress } from '../cli/local-service'
import type { Flags } from './event-service'

/** The address, if it is one. @throws {StartFailure} it isn't */
export const localUrlOf = (text: string): string =>
  isHttpAddress(text)
    ? text
    : giveUp(
        exitCodes.badUsage,
        'The local address must begin with http:// or https://, as http://localhost:3000/hook.',
      )

/**
 * The secret that flags name; without one a fresh one, which is told.
 *
 * @throws {StartFailure} it is none
 */
export const secretFrom = (flags: Flags, tell: (line: string) => void): string => {
  const { secret, 'secret-file': file } = flags
  if (secret === undefined && file === undefined) {
    const made = secretOf(randomBytes(32))
    tell(`Signed with ${made}, made for now: --secret keeps one.`)
    return made
  }
  let text = secret?.trim() ?? ''
  try {
    if (secret === undefined && file !== undefined) text = readFileSync(file, 'utf8').trim()
  } catch {
    return giveUp(exitCodes.badUsage, 'The file of --secret-file can’t be read.')
  }
  const judged = judgeSecret(text)
  if (judged.ok) return judged.value
  return giveUp(
    exitCodes.badUsage,
    `The secret ${judged.reason}. Without one a fresh one is made and shown.`,
  )
}

type Shown = Parameters<typeof deliveredEvent>[0]

/** An event out of the text in which the API, `show` and `pull` have it; null if it is none. */
export const eventIn = (text: string): DeliveredEvent | null => {
  try {
    const event = JSON.parse(text) as Shown
    const isEvent = typeof event.id === 'string' && typeof event.type === 'string'
    return isEvent && Number.isFinite(event.receivedAt) ? deliveredEvent(event) : null
  } catch {
    return null
  }
}

/** Makes one attempt for each call, as the service would make it to an endpoint at this address. */
export const createLocalDelivery = (
  url: string,
  secret: string,
): ((event: DeliveredEvent) => Promise<Sent>) => {
  const endpoint: Receiver = {
    name: 'local',
    url,
    signing: { format: 'standard', secrets: [{ secret, until: null }] },
    private: true,
    origin: 'settings',
    headers: {},
  }
  const sender = createSender({
    resolve: resolveAddresses,
    fetch: fetchDirectly(),
    clock: systemClock,
    freshBytes: randomBytes,
    version,
  })
  return (event) =>
    sender.send({ endpoint, event: { ...event, body: '' }, body: JSON.stringify(event) })
}
