/** The listener for SDKs of a scene, with API keys, and what WeCom was asked meanwhile. */
import { answerOfSdks } from '../../../src/app'
import type { ApiKeyRecord } from '../../../src/store/api-keys'
import { hashOfKey, newKeyText } from '../../../src/suite/access/key-text'
import { createScene, createSeries, jsonOf, type Scene, type SceneOptions } from '../../scene'

export interface UpstreamCall {
  readonly path: string
  readonly query: URLSearchParams
  readonly body: string
}

type Answer = (call: UpstreamCall) => Response

export interface SdkStage {
  readonly scene: Scene
  readonly corpid: string
  readonly suiteId: string
  /** All that went to WeCom by the proxy's way or suited's own. */
  readonly upstream: readonly UpstreamCall[]
  /** WeCom's next answers at a path. */
  answer(path: string, answer: Answer): void
  /** An API key that has these rights, and all others' defaults. */
  key(rights?: Partial<ApiKeyRecord>): Promise<string>
  request(path: string, init?: RequestInit): Promise<Response>
  /** The listener at an address of this machine, for programs of their own. */
  listen(): { readonly url: string; stop(): Promise<void> }
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  ask(path: string, init?: RequestInit): Promise<any>
  /** A JSON body, with its length as over a network. */
  post(path: string, body: unknown): ReturnType<SdkStage['ask']>
  /** The handle that `gettoken` gives. */
  token(key: string, corpid?: string): Promise<string>
  suiteToken(key: string): Promise<string>
}

export const jsonBody = (body: unknown): RequestInit => {
  const text = JSON.stringify(body)
  return { method: 'POST', body: text, headers: { 'content-length': `${Buffer.byteLength(text)}` } }
}

/** The record of a key, without limits. */
export const keyRecord = (text: string, rights: Partial<ApiKeyRecord> = {}): ApiKeyRecord => ({
  version: 1,
  id: text.split('_')[2]!,
  name: `sdk ${text.split('_')[2]}`,
  scopes: ['proxy'],
  suites: null,
  corps: null,
  methods: null,
  paths: null,
  perMinute: null,
  expiresAt: null,
  createdAt: 0,
  revokedAt: null,
  secrets: [{ hash: hashOfKey(text), until: null }],
  lastUsedAt: null,
  uses: 0,
  ...rights,
})

export const createSdkStage = async (
  options: SceneOptions = {},
  /** Whether a ticket came and a company installed the app. */
  begun = true,
): Promise<SdkStage> => {
  const upstream: UpstreamCall[] = []
  const answers = new Map<string, Answer>()
  const scene = await createScene({
    ...options,
    between: (wecom) => async (url, init) => {
      const { pathname: path, searchParams: query } = new URL(String(url))
      const body = await new Response(init?.body).text()
      const call = { path, query, body }
      upstream.push(call)
      const answer = answers.get(path)
      return answer ? answer(call) : wecom(url, { ...init, ...(body !== '' && { body }) })
    },
  })
  const corpid = begun ? await scene.installed() : scene.corpids[0]!
  const random = createSeries(7)
  const listener = answerOfSdks(scene.service.appParts, false)
  let keys = 0

  const request: SdkStage['request'] = async (path, init) =>
    listener(new Request(`http://localhost${path}`, init))
  const ask: SdkStage['ask'] = async (path, init) => jsonOf(await request(path, init))
  const post: SdkStage['post'] = (path, body) => ask(path, jsonBody(body))

  return {
    scene,
    corpid,
    suiteId: scene.suiteId,
    upstream,
    answer: (path, answer) => answers.set(path, answer),
    async key(rights) {
      const text = newKeyText(`key${String(++keys).padStart(13, '0')}`, random)
      const record = keyRecord(text, rights)
      await scene.store.changeKey(record.id, () => record)
      return text
    },
    request,
    listen() {
      const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: listener })
      return { url: server.url.origin, stop: () => server.stop(true) }
    },
    ask,
    post,
    async token(key, of = corpid) {
      const answer = await ask(`/cgi-bin/gettoken?corpid=${of}&corpsecret=${key}`)
      return answer.access_token
    },
    async suiteToken(key) {
      const body = { suite_id: scene.suiteId, suite_secret: key, suite_ticket: 'any' }
      return (await post('/cgi-bin/service/get_suite_token', body)).suite_access_token
    },
  }
}
