/** How a fault answers in WeCom's place. */
import type { Clock } from '../../clock'
import { jsonReply, pageReply, type Reply } from '../api/reply'
import type { Fault } from './faults'
import { isFlaw, spoilt } from './flawed-answer'
import { hugeBody } from './huge-body'

/** Marks the answer whose connection is to be cut, for callers that aren't across a network. */
export const resetHeader = 'x-simulator-reset'

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })

/** A body that breaks off makes the server cut the connection before it sent anything. */
const resetReply = (): Reply => ({
  response: new Response(
    new ReadableStream({ pull: (body) => body.error('a fault of the simulator cut a connection') }),
    { headers: { [resetHeader]: 'true' } },
  ),
  errcode: null,
})

const garbageReply = async (
  kind: NonNullable<Fault['garbage']>,
  status: number,
  proceed: () => Reply,
): Promise<Reply> => {
  if (kind === 'html') {
    return pageReply({ title: 'Bad Gateway', text: 'The server is too busy.', status })
  }
  const headers = { 'content-type': 'application/json; charset=UTF-8' }
  if (kind === 'empty') return { response: new Response('', { status, headers }), errcode: null }
  if (kind === 'not_json') {
    return { response: new Response('upstream error', { status, headers }), errcode: null }
  }
  if (kind === 'huge') {
    return { response: new Response(hugeBody(), { status, headers }), errcode: null }
  }
  const whole = await proceed().response.text()
  if (isFlaw(kind)) {
    const { body, encoding } = spoilt(kind, whole)
    const encoded = { ...headers, ...(encoding && { 'content-encoding': encoding }) }
    return { response: new Response(body, { status, headers: encoded }), errcode: null }
  }
  const half = whole.slice(0, Math.ceil(whole.length / 2))
  return { response: new Response(half, { status, headers }), errcode: null }
}

/** The true answer with some of its members changed. */
const changedReply = async (
  change: NonNullable<Fault['change']>,
  { response }: Reply,
): Promise<Reply> => {
  const answer = { ...((await response.json()) as Record<string, unknown>), ...change }
  const kept = Object.entries(answer).filter(([, value]) => value !== null)
  return jsonReply(Object.fromEntries(kept), response.status)
}

/**
 * Answers as the fault wants it.
 *
 * @param signal aborts when the caller gives up
 * @param refusalOf the body of an error, as WeCom words it
 * @param proceed gives the true answer, with its effects
 */
export const strike = async (
  fault: Fault,
  {
    clock,
    signal,
    refusalOf,
    proceed,
  }: {
    clock: Clock
    signal: AbortSignal
    refusalOf: (errcode: number) => Readonly<Record<string, unknown>>
    proceed: () => Reply
  },
): Promise<Reply> => {
  if (fault.delayMs !== undefined) await clock.sleep(fault.delayMs, signal)
  let done: Reply | null = null
  const proceedOnce = () => {
    done ??= proceed()
    return done
  }
  if (fault.afterEffect) proceedOnce()
  if (fault.hang) {
    await aborted(signal)
    return { response: new Response(null, { status: 499 }), errcode: null }
  }
  if (fault.reset) return resetReply()
  if (fault.garbage) return garbageReply(fault.garbage, fault.status ?? 200, proceedOnce)
  if (fault.errcode !== undefined) return jsonReply(refusalOf(fault.errcode), fault.status)
  if (fault.status !== undefined) {
    return pageReply({ title: String(fault.status), text: 'A fault.', status: fault.status })
  }
  if (fault.change) return changedReply(fault.change, proceedOnce())
  return proceedOnce()
}
