/** `suited endpoints replay`: begun, and followed until it is done. */
import { defineCommand } from 'citty'
import { secondMs, systemClock } from '../../clock'
import { printable } from '../../log'
import { exitCodes, giveUp } from '../../runtime/process/exit'
import { say } from '../cli/terminal'
import { common, type Named, tell, which } from './endpoint-flags'
import {
  type EndpointService,
  endpointServiceOf,
  pathOf,
  type ShownEndpoint,
  type ShownReplay,
} from './endpoint-service'

const momentIn = (flag: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  const at = /^\d{10,15}$/.test(text) ? Number(text) : Date.parse(text)
  return Number.isNaN(at)
    ? giveUp(exitCodes.badUsage, `--${flag} wants a time, as 2026-11-22T10:00Z.`)
    : at
}

/** Why an endpoint takes nothing now; null if it does. */
const hindranceOf = ({ name, status, failingSince, lastError }: ShownEndpoint): string | null => {
  if (status !== 'on') return `${name} is ${status}`
  return failingSince === null ? null : `${name} fails: ${lastError}`
}

const followReplay = async (service: EndpointService, name: string, begun: ShownReplay) => {
  const path = `${pathOf(name)}/replay/${encodeURIComponent(begun.id)}`
  let replay = begun
  let told = ''
  while (replay.status === 'running') {
    await systemClock.sleep(secondMs)
    replay = await service.ask(path)
    const isRunning = replay.status === 'running'
    const hindrance = isRunning ? hindranceOf(await service.ask(pathOf(name))) : null
    const waits =
      hindrance === null
        ? ''
        : `; ${hindrance}. The replay waits for it in the service, also without this command.`
    const line = `${replay.sent} of ${replay.total}${waits}`
    // It may stand still for days.
    if (line !== told) tell(line)
    told = line
  }
  if (replay.status === 'cancelled') giveUp(exitCodes.failed, 'The replay was cancelled.')
}

export const replay = defineCommand({
  meta: { name: 'replay', description: 'Sends events once more: those that it never took.' },
  args: {
    ...which,
    since: { type: 'string', valueHint: 'TIME', description: 'From then on.' },
    until: { type: 'string', valueHint: 'TIME', description: 'Up to then.' },
    type: { type: 'string', description: 'Of this type alone.' },
    corpid: { type: 'string', description: 'Of this company alone.' },
    all: { type: 'boolean', description: 'Those too that it has taken.' },
    'no-wait': { type: 'boolean', description: 'Ends once it has begun; else when it is done.' },
    ...common,
  },
  async run({ args, rawArgs }) {
    const { all, ...flags } = args as unknown as Named & { all?: boolean }
    // citty takes it for the opposite of a flag that there isn't.
    const wait = !rawArgs.includes('--no-wait')
    const { name, type, corpid } = flags
    const since = momentIn('since', flags.since)
    const until = momentIn('until', flags.until)
    const service = endpointServiceOf(flags as Named)
    const begun: ShownReplay = await service.ask(`${pathOf(name)}/replay`, 'POST', {
      ...(since !== undefined && { since }),
      ...(until !== undefined && { until }),
      ...(type !== undefined && { type }),
      ...(corpid !== undefined && { corpid }),
      all: all ?? false,
    })
    if (wait) await followReplay(service, name, begun)
    say(printable(begun.id))
  },
})
