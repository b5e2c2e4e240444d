/** What every refused callback has in common. */
import { expect } from 'bun:test'
import { jsonOf, type LogLine, type Scene } from '../../scene'

export interface Refused {
  readonly status: number
  readonly code: string
  /** What the log says of it, beside its level and the code as its reason. */
  readonly logged?: Partial<LogLine>
}

/** Expects the answer, one line of warning, and that nothing was kept. */
export const expectRefused = async (
  scene: Scene,
  answer: Response,
  refused: Refused,
): Promise<void> => {
  expect(answer.status).toBe(refused.status)
  expect(answer.headers.get('content-type')).toStartWith('application/problem+json')
  expect(await jsonOf(answer)).toMatchObject({ status: refused.status, code: refused.code })
  const [line, ...more] = scene.logs.filter(({ level }) => level === 'warn')
  expect(line).toMatchObject({ reason: refused.code, ...refused.logged })
  expect(more).toEqual([])
  expect((await scene.ask('/api/events')).items).toEqual([])
  expect((await scene.ask('/api/status')).suites[0].ticketReceivedAt).toBeNull()
}
