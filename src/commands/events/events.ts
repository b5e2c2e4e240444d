/**
 * `suited events`: what WeCom told us, listed, shown, tried again, followed, and read on from where
 * one was.
 */
import type { ArgsDef } from 'citty'
import { defineCommand } from 'citty'
import { systemClock } from '../../clock'
import { suiteIdNamed } from '../../http/api/corp/corp-scope'
import { printable } from '../../log'
import { exitCodes, giveUp } from '../../runtime/process/exit'
import { createRandom } from '../../runtime/process/randomness'
import { type EventStatus, eventStatuses } from '../../store/event-record'
import { createSuites } from '../../suite/suites'
import { silenceOf } from '../cli/ask-service'
import { settingFlags } from '../cli/read-settings'
import { dim, say } from '../cli/terminal'
import { eventLine, type ShownEvent } from './event-lines'
import {
  answerWithinMs,
  type EventService,
  eventServiceOf,
  type Flags,
  giveUpOn,
  refusalIn,
} from './event-service'
import { follow } from './follow'
import { endOf, tell } from './follow-end'
import { isConsumerName, takePosition } from './position'
import { pull } from './pull'
import { readEvents } from './read-events'

const url = {
  url: { type: 'string', description: 'The running service; else its port on this machine.' },
} satisfies ArgsDef

const common = { ...url, ...settingFlags('events') } satisfies ArgsDef

const filters = {
  suite: { type: 'string', description: 'Key or id of a suite; else all.' },
  type: { type: 'string', description: 'A type, as change_contact; else all.' },
  corpid: { type: 'string', description: 'A company; else all.' },
} satisfies ArgsDef

const asJson = {
  json: { type: 'boolean', description: 'As /api/events has them, one a line.' },
} satisfies ArgsDef

const which = {
  id: { type: 'positional', required: true, description: 'The id of the event.' },
} satisfies ArgsDef

const given = (flags: Flags, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (flags[name] ? [[name, flags[name]]] : [])))

const filterNames = ['suite', 'type', 'corpid']

/** The answer's JSON, or the end of the command. */
const ask = async <T>(service: EventService, path: string, method = 'GET'): Promise<T> => {
  const signal = AbortSignal.timeout(answerWithinMs)
  const response = await service
    .request(path, { method, signal })
    .catch((error) =>
      giveUp(
        exitCodes.unavailable,
        `No service answers at ${service.base}: ${silenceOf(error, answerWithinMs)}.`,
      ),
    )
  return response.ok
    ? ((await response.json()) as T)
    : giveUpOn(service.base, await refusalIn(response))
}

const sayEvent = (event: ShownEvent, json: boolean | undefined): void =>
  say(json ? printable(JSON.stringify(event)) : eventLine(event))

const statusIn = (text: string | undefined): EventStatus | undefined =>
  text === undefined || eventStatuses.includes(text as EventStatus)
    ? (text as EventStatus | undefined)
    : giveUp(exitCodes.badUsage, `--status wants one of ${eventStatuses.join(', ')}.`)

const mostListed = 200

const limitIn = (text = '20'): number => {
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (limit >= 1 && limit <= mostListed) return limit
  return giveUp(exitCodes.badUsage, `--limit wants a whole number from 1 to ${mostListed}.`)
}

const list = defineCommand({
  meta: { name: 'list', description: 'Events, the newest first.' },
  args: {
    ...filters,
    status: { type: 'string', description: 'pending, done or dead; else all.' },
    limit: { type: 'string', valueHint: 'N', default: '20', description: 'How many, up to 200.' },
    ...asJson,
    ...url,
    ...settingFlags('events list'),
  },
  async run({ args }) {
    const { json, ...flags } = args as unknown as Flags & { json?: boolean }
    const { suite, type, corpid } = flags
    const status = statusIn(flags.status)
    const limit = limitIn(flags.limit)
    const query = new URLSearchParams({
      ...given(flags, filterNames),
      ...(status !== undefined && { status }),
      limit: String(limit),
    })
    const events = await readEvents(flags, 'events list', {
      path: `/api/events?${query}`,
      inStorage: async ({ eventLog }, config) => {
        const suites = createSuites(config.suites, config.provider, config.defaultKey)
        const suiteId = suiteIdNamed(suites, suite)
        return (await eventLog.list({ suiteId, type, corpid, status, limit })).items
      },
    })
    if (events.length === 0 && !json) say(dim('There are no such events.'))
    for (const event of events) sayEvent(event, json)
  },
})

const show = defineCommand({
  meta: { name: 'show', description: 'One event in full, as JSON.' },
  args: { ...which, ...url, ...settingFlags('events show') },
  async run({ args }) {
    const flags = args as unknown as Flags & { id: string }
    const [event] = await readEvents(flags, 'events show', {
      path: `/api/events/${encodeURIComponent(flags.id)}`,
      inStorage: async ({ eventLog }) => {
        const found = await eventLog.get(flags.id)
        return found
          ? [found]
          : giveUp(exitCodes.failed, 'There is no event of this id (any more).')
      },
    })
    for (const line of JSON.stringify(event, null, 2).split('\n')) say(printable(line))
  },
})

const retry = defineCommand({
  meta: { name: 'retry', description: 'Makes what is dead or waiting of an event due now.' },
  args: { ...which, ...common },
  async run({ args }) {
    const flags = args as unknown as Flags & { id: string }
    const path = `/api/events/${encodeURIComponent(flags.id)}/retry`
    sayEvent(await ask<ShownEvent>(eventServiceOf(flags, 'events'), path, 'POST'), false)
  },
})

const tail = defineCommand({
  meta: { name: 'tail', description: 'Events as they arrive, until it is ended.' },
  args: {
    ...filters,
    after: { type: 'string', valueHint: 'ID', description: 'Begin behind this event; else now.' },
    ...asJson,
    ...common,
  },
  async run({ args }) {
    const { json, ...flags } = args as unknown as Flags & { json?: boolean }
    const service = eventServiceOf(flags, 'events')
    const query = new URLSearchParams(given(flags, filterNames))
    const followed = follow({
      open: (after, signal) =>
        service.request(`/api/events/stream?${query}`, {
          signal,
          headers: { ...(after !== null && { 'last-event-id': after }) },
        }),
      after: flags.after ?? null,
      clock: systemClock,
      random: createRandom(),
    })
    for (;;) {
      const next = await followed.next()
      if (next.done) return endOf(service.base, next.value)
      const { value } = next
      if (value.kind === 'event') sayEvent(JSON.parse(value.text), json)
      else tell(value)
    }
  },
})

const numberIn = (text: string | undefined): number | null => {
  if (text === undefined) return null
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  return giveUp(exitCodes.badUsage, '--limit wants a whole number from 1 on.')
}

const pullCommand = defineCommand({
  meta: {
    name: 'pull',
    description:
      'Reads on from where a consumer stands: one JSON line per event, and the position is kept once they were written.',
  },
  args: {
    consumer: { type: 'string', valueHint: 'NAME', description: 'Whose position it is.' },
    wait: { type: 'boolean', description: 'Waits for more instead of ending.' },
    limit: { type: 'string', valueHint: 'N', description: 'Ends after so many events.' },
    from: {
      type: 'string',
      valueHint: 'start|now|ID',
      description: 'Begin there, whatever was kept; the first time it is start.',
    },
    ...filters,
    ...common,
  },
  async run({ args }) {
    const { wait = false, ...flags } = args as unknown as Flags & { wait?: boolean }
    const { consumer } = flags
    if (consumer === undefined || !isConsumerName(consumer)) {
      return giveUp(
        exitCodes.badUsage,
        '--consumer wants a name of letters, digits, dots, dashes and underscores: what was read is kept under it.',
      )
    }
    const service = eventServiceOf(flags, 'events')
    await pull({
      service,
      position: takePosition(
        consumer,
        [service.base],
        `Another process reads as ${consumer} just now: end it, or give this one another --consumer.`,
      ),
      filters: given(flags, filterNames),
      from: flags.from,
      waits: wait,
      limit: numberIn(flags.limit),
      write: (text) =>
        new Promise((resolve, reject) => {
          process.stdout.write(text, (error) => (error ? reject(error) : resolve()))
        }),
      tell: (line) => process.stderr.write(`${printable(line)}\n`),
    })
  },
})

export default defineCommand({
  meta: { name: 'events', description: 'What WeCom told us: list, show, retry, tail, pull.' },
  subCommands: { list, show, retry, tail, pull: pullCommand },
})
