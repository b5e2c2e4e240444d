/** How a fault answers in WeCom's place. */
import type { Clock } from '../../clock'
import { jsonReply, pageReply, type Reply } from '../api/call/reply'
import { brokenOffBody } from './broken-off-body'
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

/** The true answer, whatever it is, in an encoding that nobody asked for. */
const compressedReply = ({ response }: Reply): Reply => {
  const headers = new Headers(response.headers)
  headers.set('content-encoding', 'gzip')
  headers.delete('content-length')
  const body = response.body?.pipeThrough(new CompressionStream('gzip')) ?? null
  return { response: new Response(body, { status: response.status, headers }), errcode: null }
}

/** The true answer, but its body breaks off. */
const brokenOffReply = ({ response }: Reply, afterBytes: number, end: 'reset' | 'hang'): Reply => {
  const { status, headers, body } = response
  const broken = body && brokenOffBody(body, afterBytes, end)
  return { response: new Response(broken, { status, headers }), errcode: null }
}

const garbageReply = async (
  kind: NonNullable<Fault['garbage']>,
  status: number,
  proceed: () => Promise<Reply>,
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
  if (kind === 'compressed') return compressedReply(await proceed())
  const whole = await (await proceed()).response.text()
  if (isFlaw(kind)) {
    return { response: new Response(spoilt(kind, whole), { status, headers }), errcode: null }
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
    proceed: () => Promise<Reply>
  },
): Promise<Reply> => {
  if (fault.delayMs !== undefined) await clock.sleep(fault.delayMs, signal)
  let done: Promise<Reply> | null = null
  const proceedOnce = () => {
    done ??= proceed()
    return done
  }
  if (fault.afterEffect) await proceedOnce()
  if (fault.afterBytes !== undefined && (fault.hang || fault.reset)) {
    const end = fault.reset ? 'reset' : 'hang'
    return brokenOffReply(await proceedOnce(), fault.afterBytes, end)
  }
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
  if (fault.change) return changedReply(fault.change, await proceedOnce())
  return proceedOnce()
}
