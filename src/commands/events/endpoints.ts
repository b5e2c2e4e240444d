/**
 * `suited endpoints`: where events go, shown and changed in the running service. A secret that was
 * made is all that stdout gets of a change.
 */
import type { ArgsDef, CommandDef } from 'citty'
import { defineCommand } from 'citty'
import { secondMs, systemClock } from '../../clock'
import { printable } from '../../log'
import { exitCodes, giveUp } from '../../runtime/process/exit'
import { moment } from '../../wording'
import { settingFlags } from '../cli/read-settings'
import { say } from '../cli/terminal'
import { endpointFlags, fieldsOf, numberIn } from './endpoint-flags'
import { endpointLines } from './endpoint-lines'
import {
  allEndpoints,
  type EndpointService,
  endpointServiceOf,
  type Flags,
  type IssuedSecret,
  pathOf,
  type ShownReplay,
} from './endpoint-service'

const common = {
  url: { type: 'string', description: 'The running service; else its port on this machine.' },
  ...settingFlags('endpoints'),
} satisfies ArgsDef

const which = {
  name: { type: 'positional', required: true, description: 'The name of the endpoint.' },
} satisfies ArgsDef

type Named = Flags & { name: string }

const tell = (line: string): void => {
  process.stderr.write(`${printable(line)}\n`)
}

const sayAsJson = (value: unknown): void => say(printable(JSON.stringify(value)))

const saySecret = ({ secret, token, encodingAesKey }: IssuedSecret): void => {
  if (secret !== undefined) say(secret)
  if (token !== undefined) say(`token = "${token}"`)
  if (encodingAesKey !== undefined) say(`encoding_aes_key = "${encodingAesKey}"`)
}

const list = defineCommand({
  meta: { name: 'list', description: 'All endpoints: how they stand, what waits for each.' },
  args: {
    json: { type: 'boolean', description: 'As GET /api/endpoints has them, one a line.' },
    ...common,
  },
  async run({ args }) {
    const { json, ...flags } = args as unknown as Flags & { json?: boolean }
    const all = await allEndpoints(endpointServiceOf(flags))
    if (json) for (const endpoint of all) sayAsJson(endpoint)
    else for (const line of endpointLines(all, Date.now())) say(line)
  },
})

const show = defineCommand({
  meta: { name: 'show', description: 'One endpoint, as the API has it.' },
  args: { ...which, ...common },
  async run({ args }) {
    const flags = args as unknown as Named
    sayAsJson(await endpointServiceOf(flags).ask(pathOf(flags.name)))
  },
})

const add = defineCommand({
  meta: { name: 'add', description: 'Makes an endpoint and prints its secret, this once.' },
  args: {
    ...which,
    address: { type: 'positional', required: true, description: 'The URL that events go to.' },
    format: { type: 'string', description: 'standard, or wecom: in WeCom’s own envelope.' },
    ...endpointFlags,
    ...common,
  },
  async run({ args }) {
    const flags = args as unknown as Named & { address: string }
    const { name, address, format } = flags
    const fields = { ...fieldsOf(flags), ...(format !== undefined && { format }) }
    const made = await endpointServiceOf(flags).ask('', 'POST', { name, url: address, ...fields })
    tell(`${name} gets events from now on. Its secret is shown this once.`)
    saySecret(made)
  },
})

const set = defineCommand({
  meta: { name: 'set', description: 'Changes an endpoint; what no flag names stays as it is.' },
  args: {
    ...which,
    address: { type: 'string', valueHint: 'URL', description: 'Where events go.' },
    ...endpointFlags,
    ...common,
  },
  async run({ args }) {
    const flags = args as unknown as Named
    const { name, address } = flags
    const change = { ...fieldsOf(flags), ...(address !== undefined && { url: address }) }
    if (Object.keys(change).length === 0) {
      giveUp(exitCodes.badUsage, 'Say what to change. See suited endpoints set --help.')
    }
    await endpointServiceOf(flags).ask(pathOf(name), 'PATCH', change)
    tell(`${name} is changed; that holds for what waits for it too.`)
  },
})

const test = defineCommand({
  meta: { name: 'test', description: 'Sends one test event and shows the answer.' },
  args: { ...which, ...common },
  async run({ args }) {
    const flags = args as unknown as Named
    const sent = await endpointServiceOf(flags).ask(`${pathOf(flags.name)}/test`, 'POST')
    const { status, error, durationMs, answer } = sent
    if (error !== null) giveUp(exitCodes.failed, `${flags.name} did not take it: ${error}`)
    tell(`${flags.name} took it: HTTP ${status} after ${durationMs} ms.`)
    if (answer !== '') say(printable(answer))
  },
})

/** A command that asks for one change without a body. */
const oneStep = (name: string, description: string, done: string): CommandDef<ArgsDef> =>
  defineCommand({
    meta: { name, description },
    args: { ...which, ...common } as ArgsDef,
    async run({ args }) {
      const flags = args as unknown as Named
      await endpointServiceOf(flags).ask(`${pathOf(flags.name)}/${name}`, 'POST')
      tell(`${flags.name} ${done}`)
    },
  })

const pause = oneStep('pause', 'Holds its events until it is resumed.', 'is paused.')
const resume = oneStep('resume', 'Sends again, what was held first.', 'is on; what waits is due.')

const rotate = defineCommand({
  meta: { name: 'rotate', description: 'Gives an endpoint a new secret and prints it, this once.' },
  args: {
    ...which,
    'grace-seconds': {
      type: 'string',
      default: '86400',
      valueHint: 'N',
      description: 'How long the present one signs too.',
    },
    ...common,
  },
  async run({ args }) {
    const flags = args as unknown as Named
    const graceSeconds = numberIn('grace-seconds', flags['grace-seconds'] ?? '', 0)
    const path = `${pathOf(flags.name)}/rotate-secret`
    const issued = await endpointServiceOf(flags).ask(path, 'POST', { graceSeconds })
    tell(
      `${flags.name} has a new secret; the one before counts until ${moment(issued.previousUntil)}.`,
    )
    saySecret(issued)
  },
})

const momentIn = (flag: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  const at = /^\d{10,15}$/.test(text) ? Number(text) : Date.parse(text)
  return Number.isNaN(at)
    ? giveUp(exitCodes.badUsage, `--${flag} wants a time, as 2026-11-22T10:00Z.`)
    : at
}

const followReplay = async (service: EndpointService, path: string, begun: ShownReplay) => {
  let replay = begun
  while (replay.status === 'running') {
    await systemClock.sleep(secondMs)
    replay = await service.ask(`${path}/${encodeURIComponent(replay.id)}`)
    tell(`${replay.sent} of ${replay.total}`)
  }
  if (replay.status === 'cancelled') giveUp(exitCodes.failed, 'The replay was cancelled.')
}

const replay = defineCommand({
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
    const path = `${pathOf(name)}/replay`
    const begun: ShownReplay = await service.ask(path, 'POST', {
      ...(since !== undefined && { since }),
      ...(until !== undefined && { until }),
      ...(type !== undefined && { type }),
      ...(corpid !== undefined && { corpid }),
      all: all ?? false,
    })
    if (wait) await followReplay(service, path, begun)
    say(printable(begun.id))
  },
})

const remove = defineCommand({
  meta: { name: 'remove', description: 'Ends an endpoint; what waits for it is forgotten.' },
  args: { ...which, ...common },
  async run({ args }) {
    const flags = args as unknown as Named
    await endpointServiceOf(flags).ask(pathOf(flags.name), 'DELETE')
    tell(`${flags.name} is removed.`)
  },
})

export default defineCommand({
  meta: { name: 'endpoints', description: 'Where events go: endpoints of the business app.' },
  subCommands: { list, show, add, set, test, pause, resume, rotate, replay, remove },
})
