/** A started `suited serve`: its address, its log, and the requests that every test makes. */
import type { RunningProcess } from './process'
import { until } from './until'

export const adminToken = 'an-admin-token-for-the-tests'

export interface LogLine {
  readonly level: string
  readonly message: string
  readonly [field: string]: unknown
}

export interface Suited {
  readonly process: RunningProcess
  readonly url: string
  /** Everything that it logged so far. */
  logs(): LogLine[]
  /** A GET with the admin token (or any other request); the answer's JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  ask(path: string, init?: RequestInit): Promise<any>
  /** Asks for a signature of `pageUrl`. */
  sign(corpid: string, type?: 'config' | 'agent_config'): Promise<Response>
}

/** A page on the simulator's trusted domain. */
export const pageUrl = 'https://app.example.com/orders?id=7'

/** The finished lines of a log in JSON. */
export const logLines = (text: string): LogLine[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))

/** Waits until the process says where it listens. */
export const listening = async (process: RunningProcess): Promise<Suited> => {
  const url = await until('"suited is listening"', () => {
    if (process.exitCode !== null) {
      throw new Error(`suited ended with ${process.exitCode}:\n${process.stderr}`)
    }
    const [line] = /^.*"message":"suited is listening".*\n/m.exec(process.stderr) ?? []
    return line === undefined ? null : String(JSON.parse(line).url)
  })
  return {
    process,
    url,
    logs: () => logLines(process.stderr),
    async ask(path, init) {
      const headers = { authorization: `Bearer ${adminToken}`, ...init?.headers }
      return (await fetch(`${url}${path}`, { ...init, headers })).json()
    },
    sign(corpid, type = 'config') {
      return fetch(`${url}/sign?${new URLSearchParams({ corpid, url: pageUrl, type })}`)
    },
  }
}
