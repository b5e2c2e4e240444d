/** The URLs that WeCom checks and pushes to. Whatever the content type, the body is read as text. */
import { Elysia, t } from 'elysia'
import type { Clock } from '../clock'
import { ServiceError } from '../errors'
import type { Logger } from '../log'
import type { CompanyCallbacks } from '../suite/company-callback'
import type { CallbackUrl, Reception } from '../suite/reception'
import type { Suites } from '../suite/suites'
import type { SignedQuery } from '../wecom/envelope'
import { queryOf } from './address'
import { readBody } from './body'
import { type PathNames, pathNames } from './path-names'
import { problems } from './problem'

const largestBodyBytes = 1024 * 1024

/**
 * WeCom's parameters out of a raw query. Each is decoded once; a `+` stays what it is, for base64
 * has pluses and no blanks.
 */
const parametersOf = (request: Request): ReadonlyMap<string, string> => {
  const parameters = new Map<string, string>()
  for (const pair of queryOf(request).split('&')) {
    const equals = pair.indexOf('=')
    const name = equals === -1 ? pair : pair.slice(0, equals)
    const raw = equals === -1 ? '' : pair.slice(equals + 1)
    try {
      if (!parameters.has(name)) parameters.set(name, decodeURIComponent(raw))
    } catch {
      parameters.set(name, raw)
    }
  }
  return parameters
}

const missing = () =>
  new ServiceError(
    'invalid_request',
    'You reached suited. WeCom adds msg_signature, timestamp and nonce to this address (and echostr when it checks it); paste it into WeCom’s console.',
  )

const signedQuery = (parameters: ReadonlyMap<string, string>): SignedQuery => {
  const msgSignature = parameters.get('msg_signature')
  const timestamp = parameters.get('timestamp')
  const nonce = parameters.get('nonce')
  if (!msgSignature || !timestamp || !nonce) throw missing()
  return { msgSignature, timestamp, nonce }
}

const plain = (body: string): Response =>
  new Response(body, { headers: { 'content-type': 'text/plain; charset=utf-8' } })

const signedParameters = [
  ['msg_signature', 'SHA-1 over Token, timestamp, nonce and ciphertext.'],
  ['timestamp', 'Seconds.'],
  ['nonce', 'Any text.'],
].map(([name, description]) => ({
  name: name as string,
  in: 'query' as const,
  required: true,
  description: description as string,
  schema: { type: 'string' as const },
}))

const echostr = {
  name: 'echostr',
  in: 'query' as const,
  required: true,
  description: 'The sealed text to answer with.',
  schema: { type: 'string' as const },
}

const checkDetail = (summary: string) => ({
  tags: ['WeCom'],
  summary,
  description: 'WeCom’s URL check: the answer is the decrypted echostr and nothing else.',
  'x-parameters': [...signedParameters, echostr],
})

const pushDetail = (summary: string) => ({
  tags: ['WeCom'],
  summary,
  description:
    'WeCom pushes `<xml><ToUserName/><AgentID/><Encrypt/></xml>` here. The answer comes once the message is safe on disk: `success` for commands and system events, an empty body for members’ messages.',
  'x-parameters': signedParameters,
  requestBody: {
    required: true,
    content: {
      'text/xml': {
        schema: { type: 'string' as const },
        example: '<xml><ToUserName/><AgentID/><Encrypt>BASE64</Encrypt></xml>',
      },
    },
  },
})

const answers = {
  200: t.String({ description: 'As WeCom wants it, text/plain.' }),
  ...problems(400, 403, 404, 413, 503),
}

export const callbackRoutes = (parts: {
  suites: Suites
  reception: Reception
  companyCallbacks: CompanyCallbacks
  clock: Clock
  log: Logger
}) => {
  const { suites, reception, companyCallbacks, clock, log } = parts

  const at = (url: 'command' | 'data', { suite, corpid }: PathNames): CallbackUrl => ({
    url,
    suite: suites.find(suite),
    pathCorpid: corpid ?? null,
  })

  const company = ({ suite, corpid = '' }: PathNames): Promise<CallbackUrl> =>
    companyCallbacks.locate(suites.find(suite), corpid)

  const system = (): CallbackUrl => ({ url: 'system', suite: null, pathCorpid: null })

  const check = (where: CallbackUrl, request: Request): Response => {
    const parameters = parametersOf(request)
    const query = signedQuery(parameters)
    const sealed = parameters.get('echostr')
    if (!sealed) throw missing()
    return plain(reception.checkUrl(where, query, sealed))
  }

  /** What is refused before it could be judged is logged here, the rest where it is judged. */
  const logged = async <T>(url: CallbackUrl['url'], work: () => T | Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      if (error instanceof ServiceError) {
        const { code: reason, message: detail } = error
        log.warn('a callback was refused', { url, reason, detail })
      }
      throw error
    }
  }

  const push = async (
    url: CallbackUrl['url'],
    where: () => CallbackUrl | Promise<CallbackUrl>,
    request: Request,
  ): Promise<Response> => {
    const pushed = await logged(url, async () => {
      const query = signedQuery(parametersOf(request))
      return { at: await where(), query, body: await readBody(request, largestBodyBytes, clock) }
    })
    return plain(await reception.take(pushed.at, pushed.query, pushed.body))
  }

  /** The URLs of one suite, below `/` and below `/suites/{key or id}`. */
  const ofSuite = <const Prefix extends '' | '/suites/:suite'>(prefix: Prefix) => {
    const routes = new Elysia({ prefix })
    for (const [path, url] of [
      ['/callback/command', 'command'],
      ['/callback/data', 'data'],
      ['/callback/data/:corpid', 'data'],
      ['/orderUrl', 'command'],
      ['/dataUrl', 'data'],
    ] as const) {
      routes
        .get(path, ({ params, request }) => check(at(url, pathNames(params)), request), {
          response: answers,
          detail: checkDetail(`Check of the ${url} URL`),
        })
        .post(path, ({ params, request }) => push(url, () => at(url, pathNames(params)), request), {
          parse: 'none',
          response: answers,
          detail: pushDetail(`Push to the ${url} URL`),
        })
    }
    return routes.get(
      '/verify',
      ({ params, request }) => check(at('command', pathNames(params)), request),
      { response: answers, detail: checkDetail('Check of a URL, under its old name') },
    )
  }

  return new Elysia()
    .use(ofSuite(''))
    .use(ofSuite('/suites/:suite'))
    .get(
      '/suites/:suite/corps/:corpid/callback',
      async ({ params, request }) => check(await company(params), request),
      {
        response: answers,
        detail: checkDetail('Check of the URL of one company’s customised app'),
      },
    )
    .post(
      '/suites/:suite/corps/:corpid/callback',
      ({ params, request }) => push('company', () => company(params), request),
      {
        parse: 'none',
        response: answers,
        detail: pushDetail('Push to the URL of one company’s customised app'),
      },
    )
    .get('/callback/system', ({ request }) => check(system(), request), {
      response: answers,
      detail: checkDetail('Check of the system-event URL'),
    })
    .post('/callback/system', ({ request }) => push('system', system, request), {
      parse: 'none',
      response: answers,
      detail: pushDetail('Push to the system-event URL'),
    })
}
