/**
 * An event as the handler of a WeCom SDK takes it: WeCom's own message without its secrets. Pure.
 */
import { XMLBuilder } from 'fast-xml-parser'
import type { EventRecord } from '../../store/event-record'
import { looksLikeJson } from '../../wecom/callback/json-message'
import { maskPayload, maskUnread } from '../../wecom/callback/mask'
import { parsePayload } from '../../wecom/callback/payload'
import type { XmlObject } from '../../wecom/callback/xml'

const builder = new XMLBuilder({})

/** What it holds now, in the language that it came in. */
const written = (payload: XmlObject, body: string): string =>
  looksLikeJson(body) ? JSON.stringify(payload) : builder.build({ xml: payload })

/**
 * The message as WeCom sent it, to the letter: a member may well write the name of a secret. Only
 * one that holds a secret is written anew without it, and so is a `create_auth`, which is told the
 * company that the exchange of its code found out.
 */
export const plainMessage = ({
  body,
  type,
  corpid,
}: Pick<EventRecord, 'body' | 'type' | 'corpid'>): string => {
  const parsed = parsePayload(body)
  if (!parsed.ok) return maskUnread(body)
  const payload = maskPayload(parsed.value)
  if (type === 'create_auth' && corpid !== null && !('AuthCorpId' in payload)) {
    payload.AuthCorpId = corpid
  }
  const isUnchanged = JSON.stringify(payload) === JSON.stringify(parsed.value)
  return isUnchanged ? body : written(payload, body)
}
