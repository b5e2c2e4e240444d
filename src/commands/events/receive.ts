/** `suited receive`: sends one saved event to an address, signed as a delivery. */
import { readFileSync } from 'node:fs'
import type { ArgsDef } from 'citty'
import { defineCommand } from 'citty'
import { printable } from '../../log'
import { exitCodes, giveUp } from '../../runtime/process/exit'
import { say } from '../cli/terminal'
import type { Flags } from './event-service'
import { createLocalDelivery, eventIn, localUrlOf, secretFrom } from './local-delivery'

const args = {
  file: {
    type: 'positional',
    required: true,
    description: 'One event as show or pull print it; /dev/stdin reads it from there.',
  },
  url: { type: 'positional', required: true, description: 'Where it goes.' },
  secret: { type: 'string', valueHint: 'WHSEC', description: 'Signs it; else one is made.' },
  'secret-file': { type: 'string', valueHint: 'FILE', description: 'The same, from a file.' },
} satisfies ArgsDef

const textIn = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException
    return giveUp(exitCodes.badUsage, `The file can’t be read (${code}).`)
  }
}

export default defineCommand({
  meta: {
    name: 'receive',
    description: 'Sends one saved event to an address, signed as a delivery.',
  },
  args,
  async run({ args: given }) {
    const flags = given as unknown as Flags & { file: string; url: string }
    const event = eventIn(textIn(flags.file))
    if (event === null) {
      return giveUp(
        exitCodes.badUsage,
        'The file is not one event as JSON: suited events show ID prints one.',
      )
    }
    const url = localUrlOf(flags.url)
    const secret = secretFrom(flags, (line) => process.stderr.write(`${line}\n`))
    const { attempt, verdict } = await createLocalDelivery(url, secret)(event)
    const { status, error, durationMs, answer } = attempt
    if (status === null) return giveUp(exitCodes.unavailable, `No answer: ${error}.`)
    say(`${status} in ${durationMs} ms`)
    for (const line of answer === '' ? [] : answer.split('\n')) say(printable(line))
    if (verdict !== 'done')
      return giveUp(exitCodes.failed, 'A delivery is taken with a status of 2xx.')
  },
})
