/** One failure of each code, as it really happens: the problems that the OpenAPI document shows. */
import { type ErrorCode, ServiceError } from '../../errors'
import { WecomFailure } from '../../wecom/api/failure'
import { invalidFields } from './problem'

export const exampleFailures: Readonly<Record<ErrorCode, ServiceError>> = {
  invalid_request: invalidFields([
    { field: 'limit', message: 'Expected integer to be less or equal to 200' },
  ]),
  url_not_encoded: new ServiceError(
    'url_not_encoded',
    'The url was not encoded: it was cut at its first &. Put it through encodeURIComponent.',
  ),
  suite_required: new ServiceError(
    'suite_required',
    'This company has several of our apps: add ?suite=.',
    { extra: { suites: ['crm', 'template'] } },
  ),
  undecryptable: new ServiceError('undecryptable', 'The message does not decrypt.'),
  malformed_xml: new ServiceError('malformed_xml', 'The body is no envelope with an Encrypt.'),
  unauthorized: new ServiceError(
    'unauthorized',
    'Send the admin token or an API key: Authorization: Bearer TOKEN.',
  ),
  admin_disabled: new ServiceError(
    'admin_disabled',
    'Set SUITED_ADMIN_TOKEN (suited keygen makes one) and restart to open the API.',
  ),
  bad_signature: new ServiceError('bad_signature', 'The signature does not fit.'),
  wrong_receiver: new ServiceError('wrong_receiver', 'The message is for someone else.'),
  stale_timestamp: new ServiceError(
    'stale_timestamp',
    'The timestamp is too old or too far ahead: compare the clocks.',
  ),
  url_not_trusted: new ServiceError(
    'url_not_trusted',
    'Pages on https://shop.example.org get no signature: it is not among the trusted domains.',
  ),
  bad_state: new ServiceError('bad_state', 'The state is forged, foreign or used: begin again.'),
  wrong_corp: new ServiceError(
    'wrong_corp',
    'The member is of another company than the link names.',
  ),
  not_a_member: new ServiceError('not_a_member', 'Whoever came is a member of no company.'),
  kept_by_suited: new ServiceError(
    'kept_by_suited',
    'suited keeps this secret itself: GET /api/suites/{suite}/access-token has the token.',
  ),
  forbidden: new ServiceError(
    'forbidden',
    'Only a customised app (kind = "customised") has callback pairs of its companies.',
  ),
  conflict: new ServiceError(
    'conflict',
    'The endpoint crm stands in the settings: change it there and send SIGHUP.',
  ),
  not_found: new ServiceError('not_found', 'There is nothing at this address.'),
  suite_not_found: new ServiceError('suite_not_found', 'There is no suite of this key or id.'),
  event_not_found: new ServiceError('event_not_found', 'There is no event of this id (any more).'),
  corp_not_authorized: new ServiceError(
    'corp_not_authorized',
    'This company has not authorised the app.',
    { extra: { reason: 'It left at 2026-11-22T08:00:00.000Z.' } },
  ),
  method_not_allowed: new ServiceError('method_not_allowed', 'This address takes GET, POST.', {
    extra: { allow: ['GET', 'POST'] },
  }),
  body_too_large: new ServiceError('body_too_large', 'The body is larger than 65536 bytes.'),
  unsupported_media_type: new ServiceError(
    'unsupported_media_type',
    'Send JSON, as application/json.',
  ),
  too_many_requests: new ServiceError('too_many_requests', 'Too many requests: slow down.', {
    retryAfterSeconds: 10,
  }),
  internal_error: new ServiceError('internal_error', 'An unexpected error; the log has it.'),
  wecom_error: new WecomFailure('errcode', '/cgi-bin/service/get_corp_token', {
    errcode: 60020,
    errmsg: 'not allow to access from your ip, from ip: 203.0.113.7',
  }),
  suite_ticket_missing: new ServiceError(
    'suite_ticket_missing',
    'WeCom has pushed no suite_ticket yet: wait ten minutes, or press 刷新Ticket in its console.',
    { retryAfterSeconds: 60 },
  ),
  suite_not_configured: new ServiceError(
    'suite_not_configured',
    'The suite "crm" has no secret yet: enter WECOM_SUITE_SECRET.',
    { retryAfterSeconds: 60 },
  ),
  public_url_missing: new ServiceError('public_url_missing', 'Set SUITED_PUBLIC_URL.'),
  store_unavailable: new ServiceError(
    'store_unavailable',
    'State cannot be read or written just now; the log says why.',
    { retryAfterSeconds: 10 },
  ),
  overloaded: new ServiceError('overloaded', 'Too many large bodies are under way just now.', {
    retryAfterSeconds: 10,
  }),
  shutting_down: new ServiceError('shutting_down', 'The service is going down.'),
  wecom_timeout: new WecomFailure('timeout', '/cgi-bin/service/get_corp_token'),
}
