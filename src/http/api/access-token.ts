/** Answers with tokens and tickets that WeCom lends, and reports of dead ones. */
import { type TSchema, t } from 'elysia'
import type { Clock } from '../../clock'
import type { ErrorCode } from '../../errors'
import type { TokenKey, TokenRecord } from '../../store/token-record'
import type { Tokens } from '../../suite/tokens/tokens'
import { named } from '../answer/named-schema'
import { invalidFields } from '../answer/problem'
import { operatorProblems } from '../answer/problem-schema'
import { jsonRequestBody, readJson } from '../request/json-body'
import { lateCheck } from '../request/late-check'

const expiresAt = t.Integer({ description: 'Epoch milliseconds.' })
const AccessToken = named('Token', t.Object({ accessToken: t.String(), expiresAt }), {
  accessToken: 'Hk3xTt9mQ0cWqzv7…',
  expiresAt: 1_795_334_400_000,
})
const Ticket = named('Ticket', t.Object({ ticket: t.String(), expiresAt }), {
  ticket: 'sM4AOVdWfPE4DxkX…',
  expiresAt: 1_795_334_400_000,
})

export const showToken = (record: TokenRecord) => ({
  accessToken: record.value,
  expiresAt: record.expiresAt,
})

export const showTicket = (record: TokenRecord) => ({
  ticket: record.value,
  expiresAt: record.expiresAt,
})

const DeadToken = named(
  'DeadToken',
  t.Object({
    dead: t.String({ minLength: 1, maxLength: 1024, description: 'What WeCom no longer takes.' }),
  }),
  { dead: 'Hk3xTt9mQ0cWqzv7…' },
)

const deadToken = lateCheck(DeadToken)

const lendingFailures = [
  'suite_not_found',
  'suite_not_configured',
  'suite_ticket_missing',
  'wecom_error',
  'wecom_timeout',
] as const
type LendingFailure = (typeof lendingFailures)[number]

const failuresOfBodies = ['body_too_large', 'unsupported_media_type'] as const
type FailureOfBodies = (typeof failuresOfBodies)[number]

/**
 * What is answered to who asks, and to who reports.
 *
 * @param codes of failures beyond those of everything that is lent
 */
const answersOf = <const Shown extends TSchema, const Code extends ErrorCode>(
  shown: Shown,
  ...codes: readonly Code[]
) => ({
  get: { 200: shown, ...operatorProblems<LendingFailure | Code>(...lendingFailures, ...codes) },
  report: {
    200: shown,
    ...operatorProblems<LendingFailure | FailureOfBodies | Code>(
      ...lendingFailures,
      ...failuresOfBodies,
      ...codes,
    ),
  },
})

const failuresOfCorps = ['suite_required', 'corp_not_authorized'] as const

export const tokenAnswers = answersOf(AccessToken)
export const corpTokenAnswers = answersOf(AccessToken, ...failuresOfCorps)
export const ticketAnswers = answersOf(Ticket, ...failuresOfCorps)

export const reportBody = jsonRequestBody(DeadToken)

export const whatReportsDo =
  'It is replaced once, however many report it, and handed to nobody meanwhile; the answer is the good one. If WeCom itself hands out the reported one again, that is the answer, and WeCom is not asked about it for a minute.'

/** The same for everything that is lent; `show` says how the caller sees it. */
export const createTokenHandler = <Shown>(
  { tokens, clock }: { tokens: Tokens; clock: Clock },
  show: (record: TokenRecord) => Shown,
) => ({
  get: async (key: TokenKey) => show(await tokens.get(key)),
  /**
   * The token that a report calls dead.
   *
   * @throws {ServiceError} invalid_request, unsupported_media_type, body_too_large
   */
  async readReport(request: Request): Promise<string> {
    const body = await readJson(request, clock)
    if (deadToken.Check(body)) return body.dead
    const message = 'must be a text of 1 to 1024 characters: the dead token'
    throw invalidFields([{ field: 'dead', message }])
  },
  /** Replaced once, however many report it; the answer is the good one. */
  replace: async (key: TokenKey, dead: string) => show(await tokens.replace(key, dead)),
})
