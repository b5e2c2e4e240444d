/** What the OpenAPI document says of the proxy. */
import { t } from 'elysia'
import { named } from '../answer/named-schema'
import { idsKeyword, operatorOperations } from '../answer/operation-detail'
import { operatorProblems } from '../answer/problem-schema'
import { jsonRequestBody } from '../request/json-body'

const WecomAnswer = named(
  'WecomAnswer',
  t.Object(
    {
      errcode: t.Optional(t.Integer({ description: '0 is success.' })),
      errmsg: t.Optional(t.String({ description: 'Its wording changes: never decide by it.' })),
    },
    { additionalProperties: true, description: 'Whatever WeCom answers, unchanged.' },
  ),
  { errcode: 0, errmsg: 'ok' },
)

const WecomCall = named(
  'WecomCall',
  t.Object({}, { additionalProperties: true, description: 'Whatever WeCom takes at this path.' }),
  { touser: 'lihua', msgtype: 'text', agentid: 1000002, text: { content: 'Hello' } },
)

export const proxyAnswers = {
  200: WecomAnswer,
  ...operatorProblems(
    'forbidden',
    'kept_by_suited',
    'suite_required',
    'suite_not_found',
    'corp_not_authorized',
    'method_not_allowed',
    'wecom_error',
    'suite_ticket_missing',
    'suite_not_configured',
    'overloaded',
    'wecom_timeout',
  ),
}

const description =
  'The call goes to WeCom with the right token in its query; one of the caller’s own is dropped. ' +
  'WeCom’s answers pass unchanged, errors too, with `suited-errcode`, `suited-cause` and ' +
  '`suited-cure` in the headers. A call that meets a dead token is repeated with a new one; one ' +
  'whose body is too large to be held comes back with `suited-repeat: 1` and may be sent again at ' +
  'once. Bodies and answers stream. Tokens, tickets and permanent codes are kept by suited.'

const pathParameter = {
  name: 'path',
  in: 'path' as const,
  required: true,
  schema: t.String({ description: 'WeCom’s path behind /cgi-bin/, slashes and all: user/get.' }),
}

const suiteParameter = {
  name: 'suite',
  in: 'query' as const,
  required: false,
  schema: t.String({ description: 'Key or id of the suite, if the company has several.' }),
}

/**
 * The `detail` of the route for calls with one kind of token, described for WeCom's two methods.
 */
export const proxyOperation = (whose: 'Corp' | 'Suite' | 'Provider', isTwin: boolean) => {
  const operation = operatorOperations(isTwin ? 'Of one suite' : 'WeCom’s API')
  const suffix = isTwin ? 'OfSuite' : ''
  const summary = `WeCom’s API as the ${whose === 'Corp' ? 'company' : whose.toLowerCase()}`
  const get = `readWecomAs${whose}${suffix}`
  return {
    ...operation(get, summary, description),
    ...jsonRequestBody(WecomCall, false),
    [idsKeyword]: { get, post: `callWecomAs${whose}${suffix}` },
    'x-parameters': [pathParameter, ...(whose === 'Corp' && !isTwin ? [suiteParameter] : [])],
  }
}
