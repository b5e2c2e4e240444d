/** Requests of the load generator, as text on the wire. Every message is a new one. */
import { randomBytes } from 'node:crypto'
import { systemClock } from '../../src/clock'
import { parseEncodingAesKey } from '../../src/wecom/callback/crypto'
import { pushBody, sealEnvelope } from '../../src/wecom/callback/envelope'
import {
  adminToken,
  corpidOf,
  encodingAesKey,
  proxyPath,
  signPath,
  suiteId,
  token,
} from './fixture'

const pair = { token, aesKey: parseEncodingAesKey(encodingAesKey)! }

/** So many addresses ask for signatures, as if through a proxy: limits by address are not met. */
const addresses = 4096

const addressOf = (number: number): string => `198.18.${number >> 8}.${number & 255}`

const textHead = (host: string, line: string, fields: readonly string[]): string =>
  [line, `Host: ${host}`, 'Connection: keep-alive', ...fields, '', ''].join('\r\n')

/** A member's details changed: the most frequent message of all, thirteen elements. */
export const contactMessage = (serial: number, corpid: string, nowSeconds: number): string =>
  [
    '<xml>',
    `<SuiteId><![CDATA[${suiteId}]]></SuiteId>`,
    `<AuthCorpId><![CDATA[${corpid}]]></AuthCorpId>`,
    '<InfoType><![CDATA[change_contact]]></InfoType>',
    `<TimeStamp>${nowSeconds}</TimeStamp>`,
    '<ChangeType><![CDATA[update_user]]></ChangeType>',
    `<UserID><![CDATA[member-${serial}]]></UserID>`,
    `<OpenUserID><![CDATA[wo${String(serial).padStart(30, '0')}]]></OpenUserID>`,
    '<Name><![CDATA[张三]]></Name>',
    '<Department><![CDATA[1,2,3]]></Department>',
    '<MainDepartment>1</MainDepartment>',
    '<IsLeaderInDept><![CDATA[1,0,0]]></IsLeaderInDept>',
    '<Mobile><![CDATA[13800000000]]></Mobile>',
    '<Position><![CDATA[产品经理]]></Position>',
    '</xml>',
  ].join('')

/** The parts of a sealed push. */
export const sealMessage = (message: string, nowSeconds: number) => {
  const { ciphertext, query } = sealEnvelope(message, {
    pair,
    receiveId: suiteId,
    timestamp: String(nowSeconds),
    nonce: randomBytes(5).toString('hex'),
    random16: randomBytes(16),
  })
  return { ciphertext, query, body: pushBody(ciphertext, suiteId) }
}

/** Endless signature requests over the companies in turn. */
export const signRequests = (host: string, companies: number): (() => string) => {
  const requests = Array.from({ length: Math.max(companies, addresses) }, (_, number) =>
    textHead(host, `GET ${signPath(corpidOf(number % companies))} HTTP/1.1`, [
      `X-Forwarded-For: ${addressOf(number % addresses)}`,
    ]),
  )
  let next = 0
  return () => requests[next++ % requests.length]!
}

/** Calls to WeCom through suited; a bare hand-through takes them as well. */
export const proxyRequests = (host: string, companies: number): (() => string) => {
  const requests = Array.from({ length: companies }, (_, number) =>
    textHead(host, `GET ${proxyPath(corpidOf(number))} HTTP/1.1`, [
      `Authorization: Bearer ${adminToken}`,
    ]),
  )
  let next = 0
  return () => requests[next++ % requests.length]!
}

/**
 * Endless pushes, no two alike, in this run or another.
 *
 * @param ready so many are sealed beforehand; what goes beyond is sealed as it is asked for
 */
export const commandRequests = (host: string, companies: number, ready: number): (() => string) => {
  const run = randomBytes(3).readUIntBE(0, 3) * 1e8
  let serial = 0
  const fresh = (): string => {
    const nowSeconds = Math.floor(systemClock.now() / 1000)
    const corpid = corpidOf(serial % companies)
    const { query, body } = sealMessage(
      contactMessage(run + serial++, corpid, nowSeconds),
      nowSeconds,
    )
    const { msgSignature, timestamp, nonce } = query
    const path = `/callback/command?msg_signature=${msgSignature}&timestamp=${timestamp}&nonce=${nonce}`
    const head = textHead(host, `POST ${path} HTTP/1.1`, [
      'Content-Type: text/xml',
      `Content-Length: ${body.length}`,
    ])
    return head + body
  }
  const sealed = Array.from({ length: ready }, fresh)
  return () => sealed.pop() ?? fresh()
}
