/** `suited relay`: hands the events of a suited elsewhere to a local address, signed anew. */
import type { ArgsDef } from 'citty'
import { defineCommand } from 'citty'
import { secondMs, systemClock } from '../../clock'
import type { DeliveredEvent } from '../../delivery/compose'
import { isTaken } from '../../delivery/schedule/judge'
import type { Sent } from '../../delivery/send/sender'
import { fitsType } from '../../delivery/wanted'
import { printable } from '../../log'
import { backoffMs } from '../../retry'
import { exitCodes, giveUp } from '../../runtime/process/exit'
import { createRandom } from '../../runtime/process/randomness'
import { settingFlags } from '../cli/read-settings'
import { dim, green, red, say } from '../cli/terminal'
import { eventServiceOf, type Flags } from './event-service'
import { follow } from './follow'
import { endOf, tell } from './follow-end'
import { createLocalDelivery, eventIn, localUrlOf, secretFrom } from './local-delivery'
import { isConsumerName, takePosition } from './position'

/** Between attempts at a local program that is just being restarted. */
const backoff = { firstMs: secondMs, ceilingMs: 10 * secondMs }

const args = {
  local: {
    type: 'positional',
    required: true,
    description: 'Where they go, as http://localhost:3000/hook.',
  },
  url: { type: 'string', description: 'The suited whose events they are.' },
  secret: { type: 'string', valueHint: 'WHSEC', description: 'Signs them; else one is made.' },
  'secret-file': { type: 'string', valueHint: 'FILE', description: 'The same, from a file.' },
  session: {
    type: 'string',
    valueHint: 'NAME',
    description: 'A later relay of this name and key takes over from this one.',
  },
  types: { type: 'string', description: 'Comma-separated, * for any text; else all.' },
  suite: { type: 'string', description: 'Key or id of a suite; else all.' },
  corpid: { type: 'string', description: 'A company; else all.' },
  skip: { type: 'boolean', description: 'Goes on where an event is not taken; else tries on.' },
  fresh: { type: 'boolean', description: 'Begins now, whatever came since the last time.' },
  ...settingFlags('relay'),
} satisfies ArgsDef

const lineOf = ({ id, type }: DeliveredEvent, sent: Sent): string => {
  const { status, error, durationMs } = sent.attempt
  const paint = isTaken(sent) ? green : red
  const outcome = status === null ? `no answer: ${error}` : `${status} in ${durationMs} ms`
  return `${paint(printable(outcome))}  ${printable(type)}  ${dim(printable(id))}`
}

/** Sends until it is taken; once, where what isn't is left out. */
const deliverInTurn = async (
  send: () => Promise<Sent>,
  show: (sent: Sent) => void,
  skips: boolean,
): Promise<void> => {
  const random = createRandom()
  let lastShown = ''
  for (let failures = 1; ; failures++) {
    const sent = await send()
    const what = `${sent.attempt.status} ${sent.attempt.error}`
    // The same failure again and again is said once.
    if (what !== lastShown) show(sent)
    lastShown = what
    if (skips || isTaken(sent)) return
    await systemClock.sleep(backoffMs(failures, backoff, random))
  }
}

export default defineCommand({
  meta: {
    name: 'relay',
    description: 'Hands the events of a suited elsewhere to a local address, signed anew.',
  },
  args,
  async run({ args: given }) {
    const {
      skip = false,
      fresh = false,
      ...flags
    } = given as unknown as Flags & {
      local: string
      skip?: boolean
      fresh?: boolean
    }
    const local = localUrlOf(flags.local)
    const { session } = flags
    if (session !== undefined && !isConsumerName(session)) {
      return giveUp(
        exitCodes.badUsage,
        '--session wants a name of letters, digits, dots, dashes and underscores.',
      )
    }
    const types = flags.types?.split(',').map((one) => one.trim()) ?? null
    const service = eventServiceOf(flags, 'relay')
    const position = takePosition(
      `relay-${session ?? 'default'}`,
      [service.base, local],
      `Another relay hands events of ${service.base} to ${local} already: end it, or give this one a --session of its own.`,
    )
    const secret = secretFrom(flags, (line) => process.stderr.write(`${line}\n`))
    const deliver = createLocalDelivery(local, secret)
    const query = new URLSearchParams()
    for (const name of ['session', 'suite', 'corpid']) {
      const value = flags[name]
      if (value) query.set(name, value)
    }

    const followed = follow({
      open: (after, signal) =>
        service.request(`/api/events/stream?${query}`, {
          signal,
          headers: { ...(after !== null && { 'last-event-id': after }) },
        }),
      after: fresh ? null : (position.load()?.after ?? null),
      clock: systemClock,
      random: createRandom(),
    })
    const handOn = async (text: string): Promise<void> => {
      const event = eventIn(text)
      if (event === null || (types && !types.some((one) => fitsType(one, event.type)))) return
      const show = (sent: Sent) => say(lineOf(event, sent))
      await deliverInTurn(() => deliver(event), show, skip)
    }
    for (;;) {
      const next = await followed.next()
      if (next.done) return endOf(service.base, next.value)
      const { value } = next
      if (value.kind === 'connected') say(green('connected'))
      else if (value.kind === 'event') await handOn(value.text)
      else tell(value)
      if ('id' in value) await position.save({ after: value.id })
    }
  },
})
