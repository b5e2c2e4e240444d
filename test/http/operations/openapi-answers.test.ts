/** What the document shows as answers, held against what the running app really answers. */
import { beforeAll, describe, expect, test } from 'bun:test'
import type { Sender } from '../../../src/delivery/send/sender'
import { exampleOf } from '../../../src/http/answer/named-schema'
import { LoginMember } from '../../../src/http/api/login'
import { createOneTimeCodes } from '../../../src/suite/pages/flow/one-time-codes'
import { freshBytes } from '../../fresh-bytes'
import { adminToken, createScene, jsonOf, pageUrl, type Scene } from '../../scene'
import { providerSecret } from '../../suite/provider-scene'
import { installedThrice } from '../../suite/three-suites'
import { checkUrl, command, memberMessage, push } from '../wecom/sealed-callback'
import { document, operations } from './printed-document'

const pair = { token: 'OwnToken', encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG' }
const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' }

let scene: Scene
let corpid: string
let eventId: string
/** Keys to be rotated and to be revoked. */
let keyIds: readonly string[]
let replayId: string

const endpoint = { url: 'https://crm.example.com/hook', types: ['create_auth'] }

beforeAll(async () => {
  const three = await installedThrice({
    env: {
      SUITED_PUBLIC_URL: 'https://gw.example.com',
      WECOM_PROVIDER_SECRET: providerSecret,
    },
    simulator: {
      suites: [{}, {}, { kind: 'customised' }],
      provider: { secret: providerSecret },
    },
    sender,
    remoteAddressOf: () => '203.0.113.7',
    domainFiles: { 'WW_verify_abc.txt': 'abc', 'MP_verify_abc.txt': 'abc' },
  })
  scene = three.scene
  corpid = three.corpids[0]!
  await push(scene, { token: 'AnotherToken' })
  await send('POST', `/api/corps/${corpid}/recheck?suite=crm`)
  await send('GET', `/api/corps/${corpid}/admins?suite=crm`)
  await send('PUT', `/api/corps/${corpid}/callback?suite=template`, pair)
  await send('PUT', `/api/corps/${corpid}/site?suite=crm`, site)
  await push(scene)
  await scene.settle()
  eventId = (await scene.ask('/api/events')).items[0].id
  for (const name of ['crm', 'old']) await send('POST', '/api/endpoints', { ...endpoint, name })
  replayId = (await jsonOf(await send('POST', '/api/endpoints/crm/replay'))).id
  keyIds = await Promise.all(['to-rotate', 'to-revoke'].map(newKey))
})

const sender: Sender = {
  send: async ({ endpoint: { name } }) => ({
    attempt: {
      endpoint: name,
      at: 1_795_334_400_000,
      address: '198.51.100.7',
      status: 200,
      error: null,
      durationMs: 3,
      answer: 'ok',
    },
    verdict: 'done',
    retryAfterSeconds: null,
    answer: '',
  }),
}

const send = (method: string, path: string, body?: unknown) =>
  scene.request(path, {
    method,
    headers,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })

const newKey = async (name: string): Promise<string> => {
  const answer = await send('POST', '/api/keys', { name, scopes: ['read'] })
  return (await jsonOf(answer)).id
}

const site = { publicUrl: 'https://own.example', trustedDomains: ['own.example'] }

const dead = { dead: 'a-token-that-nobody-has' }

/** How a good answer is asked for, where path and method alone don't say it. */
const asked: Readonly<Record<string, (path: string) => Promise<Response>>> = {
  signPage: (path) => send('GET', `${path}?${new URLSearchParams({ corpid, url: pageUrl })}`),
  signPageByPost: (path) => send('POST', path, { corpid, url: pageUrl }),
  getAuthorizationUrl: () => send('GET', '/api/suites/template/authorization-url?state=7'),
  setCorpCallback: (path) => send('PUT', `${path}?suite=template`, pair),
  getCorpCallback: (path) => send('GET', `${path}?suite=template`),
  setCorpSite: (path) => send('PUT', `${path}?suite=crm`, site),
  exportState: (path) => send('POST', path, { passphrase: 'a long enough passphrase' }),
  importState: (path) => send('POST', path, { corpid, permanentCode: 'CODE', suite: 'crm' }),
  reportCorpAccessToken: (path) => send('POST', `${path}?suite=crm`, dead),
  reportCorpTicket: (path) => send('POST', `${path}?suite=crm`, dead),
  reportSuiteAccessToken: (path) => send('POST', path, dead),
  reportProviderAccessToken: (path) => send('POST', path, dead),
  // It has no end: its head and its first frames are what can be looked at.
  streamEvents: async (path) => {
    const answer = await send('GET', path)
    const reader = answer.body!.getReader()
    const { value } = await reader.read()
    await reader.cancel()
    return new Response(value, { status: answer.status, headers: answer.headers })
  },
  eraseCorp: async () => {
    const { key, suiteId } = scene.service.suites.all[1]!
    await scene.clock.advance(2000)
    await scene.simulator.pusher.uninstall(suiteId!, corpid)
    await scene.settle()
    return send('DELETE', `/api/corps/${corpid}?suite=${key}`)
  },
  redeemLoginCode: async (path) => {
    const codes = createOneTimeCodes({ once: scene.eventLog, freshBytes })
    return send('POST', path, { code: await codes.issue(exampleOf(LoginMember)) })
  },
  createEndpoint: (path) => send('POST', path, { ...endpoint, name: 'new' }),
  getEndpoint: () => send('GET', '/api/endpoints/crm'),
  changeEndpoint: () => send('PATCH', '/api/endpoints/crm', { order: 'corp' }),
  removeEndpoint: () => send('DELETE', '/api/endpoints/old'),
  testEndpoint: () => send('POST', '/api/endpoints/crm/test'),
  pauseEndpoint: () => send('POST', '/api/endpoints/crm/pause'),
  resumeEndpoint: () => send('POST', '/api/endpoints/crm/resume'),
  rotateEndpointSecret: () => send('POST', '/api/endpoints/crm/rotate-secret'),
  startReplay: () => send('POST', '/api/endpoints/crm/replay'),
  getReplay: () => send('GET', `/api/endpoints/crm/replay/${replayId}`),
  cancelReplay: () => send('DELETE', `/api/endpoints/crm/replay/${replayId}`),
  createKey: (path) => send('POST', path, { name: 'crm', scopes: ['read'] }),
  rotateKey: () => send('POST', `/api/keys/${keyIds[0]}/rotate`),
  revokeKey: () => send('DELETE', `/api/keys/${keyIds[1]}`),
  pushToSystemUrl: (path) => push(scene, { path }),
  checkCorpUrl: (path) => checkUrl(scene, { path, ...pair }),
  pushToCorpUrl: (path) => {
    const message = memberMessage(scene, { ToUserName: corpid })
    return push(scene, { path, message, receiveId: corpid, ...pair })
  },
}

/** Calls of WeCom's that it answers with an errcode alone. */
const wecomPaths: readonly (readonly [whose: RegExp, path: string])[] = [
  [/WecomAsCorp/, 'agent/get'],
  [/WecomAsSuite/, 'service/set_session_info'],
  [/WecomAsProvider/, 'service/corpid_to_opencorpid'],
]

const isCallback = (operationId: string) => /^(check|pushTo|verify)/.test(operationId)

const goodAnswer = async (method: string, declared: string, operationId: string) => {
  const path = declared
    .replace(
      '{suite}',
      operationId.includes('Corp') && !/Old|Data/.test(operationId) ? 'template' : 'crm',
    )
    .replace('{corpid}', corpid)
    .replace('{id}', eventId)
    .replace('{rest}', 'abc.txt')
    .replace('{path}', wecomPaths.find(([whose]) => whose.test(operationId))?.[1] ?? '')
  const own = asked[operationId] ?? asked[operationId.replace(/OfSuite$/, '')]
  if (own) return own(path)
  if (isCallback(operationId)) {
    if (method === 'GET') return checkUrl(scene, { path })
    if (!operationId.includes('DataUrl')) return push(scene, { path, message: command(scene) })
    return push(scene, { path, message: memberMessage(scene), receiveId: corpid })
  }
  const many = declared.includes('/corps/{corpid}')
  return send(method, many ? `${path}?suite=crm` : path)
}

/** Objects whose members are WeCom’s, and of which each is different. */
const open = ['payload', 'subject', 'authInfo']

/**
 * Where two values have different members, as paths. Of an empty list or a null nothing is known.
 */
const differences = (example: unknown, real: unknown, at = ''): string[] => {
  if (Array.isArray(example) && Array.isArray(real)) {
    return example.length > 0 && real.length > 0 ? differences(example[0], real[0], `${at}[]`) : []
  }
  const bothObjects = [example, real].every((it) => typeof it === 'object' && it !== null)
  if (!bothObjects) return []
  const [ours, theirs] = [example, real] as [Record<string, unknown>, Record<string, unknown>]
  const names = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])]
  return names.flatMap((name) => {
    if (!(name in theirs)) return [`${at}.${name} is in the example alone`]
    if (!(name in ours)) return [`${at}.${name} is in the answer alone`]
    return open.includes(name) ? [] : differences(ours[name], theirs[name], `${at}.${name}`)
  })
}

describe('the example of the good answer', () => {
  test.each(operations.map(([method, path, operation]) => ({ method, path, operation })))(
    'of $method $path has the media type and the members of the real one',
    async ({ method, path, operation }) => {
      const answer = await goodAnswer(method, path, operation.operationId ?? '')
      const text = await answer.text()
      const good = Number(Object.keys(operation.responses).find((status) => status < '300'))
      expect([answer.status, answer.ok ? '' : text]).toEqual([good, ''])
      const [[type = '', media] = []] = Object.entries(operation.responses[good]?.content ?? {})
      if (media === undefined) return expect(text).toBe('')
      expect(answer.headers.get('content-type')).toStartWith(type)
      if (type === 'application/json') {
        expect(differences(media?.example, JSON.parse(text))).toEqual([])
      } else expect(text === '').toBe(media?.example === '')
    },
  )
})

describe('the example of a refusal', () => {
  test.each([
    ['unauthorized', '/api/status', {}],
    ['invalid_request', '/api/events?limit=1000', { headers }],
    ['suite_required', '/api/corps/CORPID', { headers }],
    ['suite_not_found', '/api/corps?suite=none', { headers }],
    ['corp_not_authorized', '/api/corps/wpNobody?suite=crm', { headers }],
    ['event_not_found', '/api/events/none', { headers }],
    ['unsupported_media_type', '/sign', { method: 'POST', body: 'x' }],
    ['url_not_trusted', '/sign?corpid=a&url=https%3A%2F%2Fshop.example.org%2F', {}],
    [
      'bad_signature',
      '/callback/command?msg_signature=a&timestamp=b&nonce=c',
      { method: 'POST', body: '<xml/>' },
    ],
    ['not_found', '/WW_verify_none.txt', {}],
  ] as const)('%s has the members of the real one', async (code, path, init) => {
    const answer = await scene.request(path.replace('CORPID', corpid), init as RequestInit)
    const real = (await answer.json()) as { code: string }
    const { value } = document.components.examples[code]!
    expect(real.code).toBe(code)
    expect(differences(value, real)).toEqual([])
  })

  test('of WeCom’s says more to operators than to pages, as the real ones do', async () => {
    const own = await createScene()
    const id = await own.installed()
    own.simulator.faults.add({ path: '/cgi-bin/*', errcode: 60020 })
    const toPage = await jsonOf(await own.sign(id))
    const toOperator = await own.ask(`/api/corps/${id}/jsapi-ticket`)
    const { wecom_error: shown, wecom_error_for_pages: shownToPages } = document.components.examples
    expect([toPage.code, toOperator.code]).toEqual(['wecom_error', 'wecom_error'])
    expect(differences(shownToPages!.value, toPage)).toEqual([])
    expect(differences(shown!.value, toOperator)).toEqual([])
  })
})
