/** The rule by which events leave a fact: a company's history, and suited's own events. Pure. */
import type { FactRule } from '../store/facts'
import { maskPayload } from '../wecom/callback/mask'
import { parsePayload } from '../wecom/callback/payload'
import { ownEventTypes } from './own-events'
import { timelineTypes } from './timeline'

/** A payload longer than this, as JSON, keeps the elements that fit. */
const mostChars = 16 * 1024

const bounded = (payload: Readonly<Record<string, unknown>>): string => {
  const whole = JSON.stringify(payload)
  if (whole.length <= mostChars) return whole
  let room = mostChars
  const fitting = Object.entries(payload).filter((member) => {
    const { length } = JSON.stringify(member)
    if (length > room) return false
    room -= length
    return true
  })
  return JSON.stringify(Object.fromEntries(fitting))
}

/** Whoever edited an export by hand may have written anything. */
const ownPayloadOf = (body: string): Readonly<Record<string, unknown>> => {
  try {
    return Object(JSON.parse(body))
  } catch {
    return {}
  }
}

export const factRule: FactRule = {
  types: new Set([...timelineTypes, ...ownEventTypes]),
  // A browser brings it, perhaps a stranger's; an install that succeeds is an own event as well.
  exceptSources: new Set(['install'] as const),
  payloadOf({ source, body }) {
    if (source === 'suited') return bounded(ownPayloadOf(body))
    const parsed = parsePayload(body)
    return parsed.ok ? bounded(maskPayload(parsed.value)) : '{}'
  },
}
