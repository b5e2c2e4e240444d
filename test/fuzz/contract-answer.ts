/** What may come back, whatever was sent: an answer of the contract's, and no secret in it. */
import { expect } from 'bun:test'
import { systemClock } from '../../src/clock'
import type { ErrorCode } from '../../src/errors'
import { meanings } from '../../src/http/answer/problem'
import type { Scene } from '../scene'

/** Anything of the inside: source files, stack traces, folders of the program. */
const inside = /node_modules|bunfs|\bat \S+ \(|\.ts:\d+/

export interface Answer {
  readonly method: string
  readonly response: Response
  readonly text: string
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Nothing left out, as `Response.text` leaves out a byte order mark. */
const exactly = (bytes: Uint8Array): string => decoder.decode(bytes)

/** The answer once it is whole, time passing for as long as it needs. */
export const answerTo = async (scene: Scene, path: string, init?: RequestInit): Promise<Answer> => {
  let over = false
  const method = init?.method ?? 'GET'
  const answering = scene
    .request(path, init)
    .then(async (response) => ({ method, response, text: exactly(await response.bytes()) }))
    .finally(() => {
      over = true
    })
  // Its failure is the caller's to see, below.
  answering.catch(() => undefined)
  for (let turn = 0; !over; turn++) {
    await scene.clock.advance(turn < 5 ? 0 : 250)
    // What comes from a disk takes its own time.
    if (turn > 100) await systemClock.sleep(1)
    if (turn > 5000) throw new Error(`No answer ever came to ${method} ${path}`)
  }
  return answering
}

/** What nobody may be told without a key to it. */
export const secretsOf = ({ simulator, suiteId }: Scene): string[] => {
  const { credentials, installations, provider, suites } = simulator.world
  const { suiteSecret, token, encodingAesKey } = suites.get(suiteId)!
  return [
    ...credentials.byValue.keys(),
    ...[...installations.values()].flat().map(({ permanentCode }) => permanentCode),
    provider.secret,
    suiteSecret,
    token,
    encodingAesKey,
  ]
}

/** A page of an installation or a login, or the way on from one. */
const isForPeople = ({ status, headers }: Response): boolean =>
  status === 302 || (headers.get('content-type') ?? '').startsWith('text/html')

/** The code of a refusal; null for a success, and where an answer to HEAD says nothing. */
export const expectContract = (
  { method, response, text }: Answer,
  secrets: readonly string[],
): ErrorCode | null => {
  const told = `${text}\n${[...response.headers].join('\n')}`
  expect(secrets.filter((secret) => secret !== '' && told.includes(secret))).toEqual([])
  if (response.status < 300) return null
  expect(told).not.toMatch(inside)
  if (isForPeople(response)) {
    expect(text).not.toContain('internal_error')
    return null
  }
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  if (method === 'HEAD' && text === '') return null
  const problem = JSON.parse(text) as { code: ErrorCode; status: number; detail: unknown }
  expect(Object.keys(meanings)).toContain(problem.code)
  expect(problem.code).not.toBe('internal_error')
  expect(problem.status).toBe(response.status)
  expect(response.status).toBe(meanings[problem.code].status)
  expect(problem.detail).toBeString()
  return problem.code
}
