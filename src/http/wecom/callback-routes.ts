/** The URLs that WeCom checks and pushes to. */
import { Elysia, t } from 'elysia'
import type { CorpCallbackPairs } from '../../suite/callback/corp-callback-pair'
import type { CallbackUrl } from '../../suite/callback/expected-pairs'
import type { Suites } from '../../suite/suites'
import { publicOperations } from '../answer/operation-detail'
import type { OperationTag } from '../answer/operation-tags'
import { problems } from '../answer/problem-schema'
import { routeGroup } from '../answer/route-group'
import { type PathNames, pathNames } from '../request/path-names'
import { type CallbackHandlerParts, createCallbackHandler } from './callback-handler'
import { parametersOf } from './callback-query'

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

const checkDetail = (tag: OperationTag, operationId: string, summary: string) => ({
  ...publicOperations(tag)(
    operationId,
    summary,
    'WeCom’s URL check: the answer is the decrypted echostr and nothing else.',
  ),
  'x-parameters': [...signedParameters, echostr],
})

const pushDetail = (tag: OperationTag, operationId: string, summary: string) => ({
  ...publicOperations(tag)(
    operationId,
    summary,
    'WeCom pushes `<xml><ToUserName/><AgentID/><Encrypt/></xml>` here. The answer comes once the message is safe on disk: `success` for commands and system events, an empty body for members’ messages.',
  ),
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

const failures = [
  'invalid_request',
  'bad_signature',
  'wrong_receiver',
  'stale_timestamp',
  'undecryptable',
  'suite_not_found',
  'corp_not_authorized',
  'too_many_requests',
  'store_unavailable',
] as const

const text = (example: string) =>
  t.String({ description: 'As WeCom wants it, text/plain.', examples: [example] })

const checkAnswers = { 200: text('1616140317555161061'), ...problems(...failures) }

const pushAnswers = (answer: 'success' | '') => ({
  200: text(answer),
  ...problems(...failures, 'malformed_xml', 'body_too_large', 'overloaded'),
})

type Where = (names: PathNames, request: Request) => CallbackUrl | Promise<CallbackUrl>

interface Asked {
  readonly params: unknown
  readonly request: Request
  readonly set: { headers: Record<string, string | number> }
}

export interface CallbackRoutesParts {
  readonly suites: Suites
  readonly corpCallbackPairs: CorpCallbackPairs
  readonly handler: CallbackHandlerParts
}

export const callbackRoutes = (parts: CallbackRoutesParts) => {
  const { suites, corpCallbackPairs } = parts
  const handler = createCallbackHandler(parts.handler)

  // A text is sent at half the cost of a finished response, which Elysia makes anew.
  const asPlain = (set: Asked['set'], text: string): string => {
    set.headers['content-type'] = 'text/plain; charset=utf-8'
    return text
  }

  const check =
    (url: CallbackUrl['url'], where: Where) =>
    async ({ params, request, set }: Asked) =>
      asPlain(set, await handler.check(url, () => where(pathNames(params), request), request))

  const push =
    (url: CallbackUrl['url'], where: Where) =>
    async ({ params, request, set }: Asked) =>
      asPlain(set, await handler.push(url, () => where(pathNames(params), request), request))

  const at =
    (url: 'command' | 'data'): Where =>
    ({ suite, corpid }) => ({ url, suite: suites.find(suite), pathCorpid: corpid ?? null })

  /** The source article's URLs may name the company in their query. */
  const ofArticle =
    (url: 'command' | 'data'): Where =>
    (names, request) => {
      const corpid = names.corpid ?? parametersOf(request).get('corpid')
      return at(url)({ ...names, ...(corpid && { corpid }) }, request)
    }

  const ofCorp: Where = ({ suite, corpid = '' }) =>
    corpCallbackPairs.locate(suites.find(suite), corpid)

  const system: Where = () => ({ url: 'system', suite: null, pathCorpid: null })

  /** The URLs of one suite, below `/` and below `/suites/{key or id}`. */
  const ofSuite = <const Prefix extends '' | '/suites/:suite'>(prefix: Prefix) => {
    const routes = new Elysia({ prefix })
    const [tag, suffix] =
      prefix === '' ? (['WeCom', ''] as const) : (['Of one suite', 'OfSuite'] as const)
    for (const [path, url, where, name] of [
      ['/callback/command', 'command', at, 'CommandUrl'],
      ['/callback/data', 'data', at, 'DataUrl'],
      ['/callback/data/:corpid', 'data', at, 'DataUrlOfCorp'],
      ['/orderUrl', 'command', ofArticle, 'OrderUrl'],
      ['/dataUrl', 'data', ofArticle, 'OldDataUrl'],
      ['/dataUrl/:corpid', 'data', ofArticle, 'OldDataUrlOfCorp'],
    ] as const) {
      const ownTag = where === ofArticle ? 'Old names' : tag
      routes
        .get(path, check(url, where(url)), {
          response: checkAnswers,
          detail: checkDetail(ownTag, `check${name}${suffix}`, `Check of the ${url} URL`),
        })
        .post(path, push(url, where(url)), {
          parse: 'none',
          response: pushAnswers(url === 'command' ? 'success' : ''),
          detail: pushDetail(ownTag, `pushTo${name}${suffix}`, `Push to the ${url} URL`),
        })
    }
    return routes.get('/verify', check('command', at('command')), {
      response: checkAnswers,
      detail: checkDetail('Old names', `verifyUrl${suffix}`, 'Check of a URL, under its old name'),
    })
  }

  const routes = new Elysia()
    .use(ofSuite(''))
    .use(ofSuite('/suites/:suite'))
    .get('/suites/:suite/corps/:corpid/callback', check('company', ofCorp), {
      response: checkAnswers,
      detail: checkDetail(
        'WeCom',
        'checkCorpUrl',
        'Check of the URL of one company’s customised app',
      ),
    })
    .post('/suites/:suite/corps/:corpid/callback', push('company', ofCorp), {
      parse: 'none',
      response: pushAnswers(''),
      detail: pushDetail(
        'WeCom',
        'pushToCorpUrl',
        'Push to the URL of one company’s customised app',
      ),
    })
    .get('/callback/system', check('system', system), {
      response: checkAnswers,
      detail: checkDetail('WeCom', 'checkSystemUrl', 'Check of the system-event URL'),
    })
    .post('/callback/system', push('system', system), {
      parse: 'none',
      response: pushAnswers('success'),
      detail: pushDetail('WeCom', 'pushToSystemUrl', 'Push to the system-event URL'),
    })

  return routeGroup({ audience: 'anyone' }, routes)
}
