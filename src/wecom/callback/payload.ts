/** The payload of a decrypted body, XML or JSON, as plain data. No I/O. No clock. */
import type { Result } from '../../errors'
import { type JsonFailure, looksLikeJson, parseJsonMessage } from './json-message'
import { parseXml, type XmlFailure, type XmlObject } from './xml'

export type PayloadFailure = XmlFailure | JsonFailure

/** Every element or member of a message, by WeCom's names. */
export const parsePayload = (body: string): Result<XmlObject, PayloadFailure> =>
  looksLikeJson(body) ? parseJsonMessage(body) : parseXml(body)
