/**
 * `suited endpoints`: where events go, shown and changed in the running service. A secret that was
 * made is all that stdout gets of a change.
 */
import type { ArgsDef, CommandDef } from 'citty'
import { defineCommand } from 'citty'
import { printable } from '../../log'
import { exitCodes, giveUp } from '../../runtime/process/exit'
import { moment } from '../../wording'
import { say } from '../cli/terminal'
import {
  common,
  endpointFlags,
  fieldsOf,
  type Named,
  numberIn,
  tell,
  which,
} from './endpoint-flags'
import { endpointLines } from './endpoint-lines'
import { replay } from './endpoint-replay'
import {
  allEndpoints,
  endpointServiceOf,
  type Flags,
  type IssuedSecret,
  pathOf,
} from './endpoint-service'

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
    const counts =
      graceSeconds > 0 && issued.secret !== undefined
        ? `until ${moment(issued.previousUntil)}`
        : 'no more'
    tell(`${flags.name} has a new secret; the one before counts ${counts}.`)
    saySecret(issued)
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
