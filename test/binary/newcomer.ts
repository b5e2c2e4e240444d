/** A new user: an empty file of settings, WeCom's console, and what suited prints. */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunningProcess } from './process'
import { listening, type Suited } from './suited'
import type { Wecom } from './wecom'
import type { Workshop } from './workshop'

/** The address that the newcomer owns; whatever is sent there reaches the service. */
export const publicUrl = 'https://gw.example.com'

export interface Row {
  readonly mark: '✓' | '○' | '·'
  /** Null where nothing is to be pasted yet. */
  readonly value: string | null
}

export interface Waiting {
  readonly code: string
  readonly cure: string
}

export interface Newcomer {
  /** Writes lines below those that are in the file. */
  enter(lines: string): void
  /** What the file says, `NAME=value` by name. */
  entered(): Record<string, string>
  /** Runs a command with the settings of the file. */
  run(args: readonly string[]): Promise<RunningProcess>
  /** Starts the service with the settings of the file; one that runs is stopped first. */
  start(): Promise<Suited>
  /** The rows of `suited urls`, by field. */
  urls(): Promise<Record<string, Row>>
  /** Where a request to this printed address ends up. */
  reach(printed: string | null | undefined): string
  /** What is awaited, as the API tells it. */
  waiting(): Promise<Waiting[]>
}

const settingLine = /^([A-Z_]+)=(.*)$/gm
const rowLine = /^ {2}([✓○·]) (\S+) +(\S+)$/gm

/** The `NAME=value` that a cure asks to enter. */
export const askedFor = ({ cure }: Waiting): string => /enter (\w+=\S+)\.$/.exec(cure)?.[1] ?? ''

export const becomeNewcomer = async (workshop: Workshop, wecom: Wecom): Promise<Newcomer> => {
  const cwd = await workshop.folder()
  const file = join(cwd, 'suited.env')
  writeFileSync(file, '')
  let suited: Suited | null = null

  const entered = () =>
    Object.fromEntries(
      [...readFileSync(file, 'utf8').matchAll(settingLine)].map(([, name, value]) => [name, value]),
    )
  const env = () => ({
    ...entered(),
    // This machine's internet: a port of its own, and WeCom at another address than usual.
    SUITED_HOST: '127.0.0.1',
    SUITED_PORT: '0',
    WECOM_API_URL: wecom.url,
  })
  const current = (): Suited => {
    if (suited) return suited
    throw new Error('The newcomer has not started the service yet.')
  }

  return {
    enter: (lines) => appendFileSync(file, `${lines}\n`),
    entered,
    run: (args) => workshop.run(args, { cwd, env: env() }),
    async start() {
      if (suited) {
        suited.process.signal('SIGTERM')
        await suited.process.exited
      }
      suited = await listening(await workshop.start([], { cwd, env: env() }))
      return suited
    },
    async urls() {
      const { exitCode, stdout } = await workshop.run(['urls', '--url', current().url], {
        cwd,
        env: env(),
      })
      if (exitCode !== 0) throw new Error(`urls ended with ${exitCode}`)
      return Object.fromEntries(
        [...stdout.matchAll(rowLine)].map(([, mark, field, value]) => [
          field,
          { mark, value: value === '—' ? null : value } as Row,
        ]),
      )
    },
    reach: (printed) => (printed ?? '').replace(publicUrl, current().url),
    async waiting() {
      const headers = { authorization: `Bearer ${entered().SUITED_ADMIN_TOKEN}` }
      const answer = await fetch(`${current().url}/api/status`, { headers })
      return ((await answer.json()) as { waiting: Waiting[] }).waiting
    },
  }
}
