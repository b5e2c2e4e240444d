import { decrypt, getSignature } from '@wecom/crypto'
import type { SimulatorOptions } from '../../src/simulator/simulator'
import { createBox, provider, suiteId, templateId } from './box'

export const encodingAesKey = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C'
const systemKey = '6qkdMrq68nTKduznJYO1A37W2oEgpkMUvkttRToqhUt'
export const commandUrl = 'https://backend.example/callback/command?keep=a%20b'
export const dataUrl = 'https://backend.example/callback/data/$CORPID$'
export const systemUrl = 'https://backend.example/callback/system'
export const token = 'QDG6eK'

export interface Received {
  readonly method: string
  readonly url: URL
  readonly body: string
  readonly message: string
  readonly receiveId: string
}

export type Answer = (received: Received, count: number) => Response | Promise<Response>

const opened = (url: URL, body: string, [pairToken, key]: [string, string]) => {
  const parameter = (name: string) => url.searchParams.get(name) ?? ''
  const sealed = /<Encrypt><!\[CDATA\[(.*)\]\]><\/Encrypt>/.exec(body)?.[1] ?? parameter('echostr')
  const signature = getSignature(pairToken, parameter('timestamp'), parameter('nonce'), sealed)
  if (signature !== parameter('msg_signature')) throw new Error('bad signature')
  const { message, id } = decrypt(key, sealed)
  return { message, receiveId: id }
}

/** A backend that opens what it gets with WeCom's own package. */
export const createBackend = (answer: Answer, options: Partial<SimulatorOptions> = {}) => {
  const received: Received[] = []
  const box = createBox({
    send: async (address, init) => {
      const url = new URL(address)
      const body = String(init.body ?? '')
      const pair: [string, string] =
        url.pathname === '/callback/system' ? ['system', systemKey] : [token, encodingAesKey]
      const one = { method: init.method ?? '', url, body, ...opened(url, body, pair) }
      received.push(one)
      return answer(one, received.length)
    },
    provider: { ...provider, systemToken: 'system', systemEncodingAesKey: systemKey, systemUrl },
    suites: [
      { suiteId, token, encodingAesKey, commandUrl, dataUrl },
      { suiteId: templateId, kind: 'customised', token, encodingAesKey, commandUrl, dataUrl },
    ],
    ...options,
  })
  return { ...box, received, pusher: box.simulator.pusher }
}

export const success: Answer = ({ url }) =>
  new Response(url.pathname.startsWith('/callback/data') ? '' : 'success')

export const ticketIn = (message: string) => /<SuiteTicket><!\[CDATA\[(.*?)\]\]>/.exec(message)?.[1]
