/** A scene whose proxied calls can be answered by the test, and are all written down. */
import { adminToken, createScene, type Scene, type SceneOptions } from '../../scene'

export interface SentUp {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Headers
  readonly body: string
  readonly init: RequestInit & { readonly keepalive?: boolean }
}

type Answer = (sent: SentUp) => Response | Promise<Response>

export interface ProxyStage {
  readonly scene: Scene
  readonly corpid: string
  /** What went up to the paths that the test answers, in order. */
  readonly sent: readonly SentUp[]
  /** From now on calls of this path (`*` at its end) are answered so; the latest rule counts. */
  answer(path: string, answer: Answer): void
  /** A request with the admin token. */
  ask(path: string, init?: RequestInit): Promise<Response>
  /** The same to the company's route. */
  asCorp(path: string, init?: RequestInit): Promise<Response>
  /** What kind of credential of WeCom's this is, and whose; null if it is none. */
  credential(
    value: string | null,
  ): { kind: string; suiteId: string | null; corpid: string | null } | null
}

/** A body whose length is announced, as over a network. */
export const posted = (body: string, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  body,
  headers: { 'content-length': String(Buffer.byteLength(body)), ...headers },
})

/** A body whose length nobody knows. */
export const streamed = (...pieces: readonly string[]): RequestInit => ({
  method: 'POST',
  body: new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece))
      controller.close()
    },
  }),
})

export const createProxyStage = async (options: SceneOptions = {}): Promise<ProxyStage> => {
  const sent: SentUp[] = []
  const answers: { path: string; answer: Answer }[] = []
  const fits = (rule: string, path: string) =>
    rule.endsWith('*') ? path.startsWith(rule.slice(0, -1)) : rule === path

  const scene = await createScene({
    ...options,
    between: (wecom) => async (url, init) => {
      const { pathname: path, searchParams: query } = new URL(String(url))
      const rule = answers.findLast((one) => fits(one.path, path))
      // Tokens come from the simulator.
      if (!rule || /token$/.test(path)) return wecom(url, init)
      const headers = new Headers(init?.headers)
      const method = init?.method ?? 'GET'
      const body = await new Response(init?.body).text()
      const one = { method, path, query, headers, body, init: init ?? {} }
      sent.push(one)
      return rule.answer(one)
    },
  })
  const corpid = await scene.installed()
  const ask: ProxyStage['ask'] = (path, init) =>
    scene.request(path, {
      ...init,
      headers: { authorization: `Bearer ${adminToken}`, ...init?.headers },
    })
  return {
    scene,
    corpid,
    sent,
    answer: (path, answer) => answers.push({ path, answer }),
    ask,
    asCorp: (path, init) => ask(`/proxy/corps/${corpid}${path}`, init),
    credential(value) {
      const found = scene.simulator.world.credentials.byValue.get(value ?? '')
      return found ? { kind: found.kind, suiteId: found.suiteId, corpid: found.corpid } : null
    },
  }
}

export const ok = () => Response.json({ errcode: 0, errmsg: 'ok' })
export const refused = (errcode: number) => Response.json({ errcode, errmsg: 'refused' })
