/** Whoever is measured has to do the job: proven on one request before the first round. */
import { systemClock } from '../../src/clock'
import { jsapiSignature } from '../../src/wecom/jssdk'
import { adminToken, corpidOf, jsapiTicketOf, pageUrl, proxyPath, signPath } from './fixture'
import { contactMessage, sealMessage } from './messages'

/** @throws {Error} the signature is not the one that WeCom's client would accept */
export const proveSigns = async (name: string, origin: string): Promise<void> => {
  const answer = await fetch(origin + signPath(corpidOf(0)))
  const { timestamp, nonceStr, signature } = (await answer.json()) as {
    timestamp: number
    nonceStr: string
    signature: string
  }
  if (signature === jsapiSignature(jsapiTicketOf(0), nonceStr, timestamp, pageUrl)) return
  throw new Error(`${name} signs wrongly.`)
}

/** @throws {Error} WeCom's answer doesn't come back through it */
export const provePassesOn = async (name: string, origin: string): Promise<void> => {
  const headers = { authorization: `Bearer ${adminToken}` }
  const answer = await fetch(origin + proxyPath(corpidOf(0)), { headers })
  const { errcode } = (await answer.json()) as { errcode?: number }
  if (answer.status !== 200 || errcode !== 0) throw new Error(`${name} doesn’t pass calls on.`)
}

/** @throws {Error} a message is not taken, or one with another signature is */
export const proveTakes = async (name: string, origin: string): Promise<void> => {
  const nowSeconds = Math.floor(systemClock.now() / 1000)
  const { body, query } = sealMessage(contactMessage(0, corpidOf(0), nowSeconds), nowSeconds)
  const push = async (msgSignature: string) => {
    const { timestamp, nonce } = query
    const signed = new URLSearchParams({ msg_signature: msgSignature, timestamp, nonce })
    const headers = { 'content-type': 'text/xml' }
    const init = { method: 'POST', headers, body }
    const answer = await fetch(`${origin}/callback/command?${signed}`, init)
    return answer.ok ? answer.text() : null
  }
  if ((await push(query.msgSignature)) !== 'success') throw new Error(`${name} takes no message.`)
  if ((await push('0'.repeat(40))) !== null) throw new Error(`${name} takes what nobody signed.`)
}
