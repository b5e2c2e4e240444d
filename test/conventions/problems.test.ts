/** Every failure has one status, the same in the code and in both catalogues of `docs/`. */
import { describe, expect, test } from 'bun:test'
import { meanings } from '../../src/http/answer/problem'
import { textOf } from './sources'

/** What callers were promised: a code never changes its status. */
const promised: Readonly<Record<number, readonly string[]>> = {
  400: ['invalid_request', 'url_not_encoded', 'suite_required', 'undecryptable', 'malformed_xml'],
  401: ['unauthorized'],
  403: [
    'admin_disabled',
    'bad_signature',
    'wrong_receiver',
    'stale_timestamp',
    'url_not_trusted',
    'bad_state',
    'wrong_corp',
    'not_a_member',
    'kept_by_suited',
    'forbidden',
  ],
  404: ['not_found', 'suite_not_found', 'event_not_found', 'corp_not_authorized'],
  405: ['method_not_allowed'],
  409: ['conflict'],
  413: ['body_too_large'],
  415: ['unsupported_media_type'],
  429: ['too_many_requests'],
  500: ['internal_error'],
  502: ['wecom_error'],
  503: [
    'suite_ticket_missing',
    'suite_not_configured',
    'public_url_missing',
    'store_unavailable',
    'overloaded',
    'shutting_down',
  ],
  504: ['wecom_timeout'],
}

const statusByCode = Object.fromEntries(
  Object.entries(promised).flatMap(([status, codes]) =>
    codes.map((code) => [code, Number(status)]),
  ),
)

/** The codes of a catalogue, each with the status in the column after it. */
const listedIn = async (path: string): Promise<Record<string, number>> =>
  Object.fromEntries(
    [...(await textOf(path)).matchAll(/^\| `(\w+)` \| (\d{3}) \|/gm)].map(([, code, status]) => [
      code,
      Number(status),
    ]),
  )

describe('the codes of failures', () => {
  test('have the promised statuses', () => {
    const statuses = Object.entries(meanings).map(([code, { status }]) => [code, status])
    expect(Object.fromEntries(statuses)).toEqual(statusByCode)
  })

  test('are those that the source names', async () => {
    const union = /type ErrorCode =([\s\S]*?)\n\n/.exec(await textOf('src/errors.ts'))?.[1] ?? ''
    const codes = [...union.matchAll(/'(\w+)'/g)].map(([, code]) => code ?? '')
    expect(codes.toSorted()).toEqual(Object.keys(statusByCode).toSorted())
  })

  test.each(['docs/errors.md', 'docs/errors.zh-CN.md'])('stand in %s with them', async (path) => {
    expect(await listedIn(path)).toEqual(statusByCode)
  })
})
