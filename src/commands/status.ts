/** `suited status`: how the running service stands, on a terminal. */
import type { ArgsDef } from 'citty'
import { defineCommand } from 'citty'
import { printable } from '../log'
import { exitCodes, giveUp } from '../runtime/process/exit'
import type { Status } from '../suite/operations/status'
import { addressOf, askService } from './cli/ask-service'
import { configOf, readSettings, settingFlags } from './cli/read-settings'
import { type RefusedCallbackItem, refusedLines } from './cli/refused-lines'
import { statusLines } from './cli/status-lines'
import { say } from './cli/terminal'

const args = {
  url: { type: 'string', description: 'The running service; else its port on this machine.' },
  json: { type: 'boolean', description: 'The answer of /api/status as it is.' },
  ...settingFlags('status'),
} satisfies ArgsDef

const parse = (text: string): Status | null => {
  try {
    const status = JSON.parse(text)
    return Array.isArray(status?.suites) ? status : null
  } catch {
    return null
  }
}

/** The same, with nothing in its texts that a terminal would obey. */
const printableValue = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value), (_, inner) =>
    typeof inner === 'string' ? printable(inner) : inner,
  )

const refusedItemsIn = (text: string): RefusedCallbackItem[] => {
  try {
    const { items } = JSON.parse(text) as { items?: RefusedCallbackItem[] }
    return Array.isArray(items) ? items : []
  } catch {
    return []
  }
}

export default defineCommand({
  meta: {
    name: 'status',
    description:
      'The running service: tickets, tokens, companies, events, endpoints, what it waits for.',
  },
  args,
  async run({ args: flags }) {
    const { json, ...given } = flags as Record<string, string | undefined> & { json?: boolean }
    const config = configOf(readSettings(given, 'status'))
    const base = addressOf(config, given.url)
    const answer = await askService(config, { base, isOwn: !given.url, path: '/api/status' })
    if (answer.kind === 'silent') {
      return giveUp(exitCodes.unavailable, `No service answers at ${base}: ${answer.reason}.`)
    }
    if (answer.kind === 'refused') {
      return giveUp(exitCodes.failed, `${base} refuses: ${answer.detail}`)
    }
    const status = parse(answer.text)
    if (status === null) {
      return giveUp(exitCodes.unavailable, `What answers at ${base} is not suited.`)
    }
    if (json) return say(printable(JSON.stringify(status)))
    const path = '/api/refused-callbacks?limit=200'
    const refused = await askService(config, { base, isOwn: !given.url, path })
    const items = refused.kind === 'answer' ? refusedItemsIn(refused.text) : []
    const now = Date.now()
    const lines = statusLines(printableValue(status), refusedLines(printableValue(items), now), now)
    for (const line of lines) say(line)
  },
})
