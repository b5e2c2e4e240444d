/**
 * One answer to a return, however often the webview asks: it asks for the return address twice, and
 * WeCom's code works once. The answer is kept for a minute, for all replicas.
 */
import { createHash } from 'node:crypto'
import { type Clock, secondMs } from '../../../clock'
import { ServiceError } from '../../../errors'
import type { OnceValues } from '../../../store/once-values'
import { answerLifeMs } from './flow-cookie'

/**
 * The answer that `work` gives, as text; or the one that was given before for the same return.
 *
 * @param asked what makes two requests the same: code and state, in any form
 * @throws {ServiceError} overloaded — another process works on it and doesn't come to an end
 */
export type AnswerOnce = (asked: readonly string[], work: () => Promise<string>) => Promise<string>

const lookEveryMs = 100
const longestWaitMs = 10 * secondMs

const keyOf = (asked: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(asked)).digest('hex')

export const createAnswerOnce = (parts: {
  once: Pick<OnceValues, 'putOnce' | 'findOnce'>
  clock: Clock
}): AnswerOnce => {
  const { once, clock } = parts
  const underWay = new Map<string, Promise<string>>()

  /** What another process answers. */
  const answerOfOther = async (key: string): Promise<string> => {
    const until = clock.now() + longestWaitMs
    for (;;) {
      const answer = await once.findOnce('flow_answer', key)
      if (answer !== null) return answer
      if (clock.now() >= until) break
      await clock.sleep(lookEveryMs)
    }
    throw new ServiceError('overloaded', 'This is being worked on. Begin again in a minute.', {
      retryAfterSeconds: answerLifeMs / secondMs,
    })
  }

  const answer = async (key: string, work: () => Promise<string>): Promise<string> => {
    const turn = await once.putOnce('flow_turn', key, '', answerLifeMs)
    if (!turn.put) return answerOfOther(key)
    const made = await work()
    await once.putOnce('flow_answer', key, made, answerLifeMs)
    return made
  }

  return (asked, work) => {
    const key = keyOf(asked)
    const running = underWay.get(key)
    if (running) return running
    const begun = answer(key, work).finally(() => underWay.delete(key))
    underWay.set(key, begun)
    return begun
  }
}
