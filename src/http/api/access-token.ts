/** Answers with tokens and tickets that WeCom lends, and reports of dead ones. */
import { TypeCompiler } from '@sinclair/typebox/compiler'
import { type TSchema, t } from 'elysia'
import type { Clock } from '../../clock'
import type { TokenKey, TokenRecord } from '../../store/token-record'
import type { Tokens } from '../../suite/tokens/tokens'
import { invalidFields, problems } from '../answer/problem'
import { jsonRequestBody, readJson } from '../request/json-body'

const expiresAt = t.Integer({ description: 'Epoch milliseconds.' })
const AccessToken = t.Object({ accessToken: t.String(), expiresAt })
const Ticket = t.Object({ ticket: t.String(), expiresAt })

export const showToken = (record: TokenRecord) => ({
  accessToken: record.value,
  expiresAt: record.expiresAt,
})

export const showTicket = (record: TokenRecord) => ({
  ticket: record.value,
  expiresAt: record.expiresAt,
})

const DeadToken = t.Object({
  dead: t.String({ minLength: 1, maxLength: 1024, description: 'What WeCom no longer takes.' }),
})

const deadToken = TypeCompiler.Compile(DeadToken)

const answersOf = <const Shown extends TSchema>(shown: Shown) => ({
  200: shown,
  ...problems(400, 401, 403, 404, 413, 415, 502, 503, 504),
})

export const tokenAnswers = answersOf(AccessToken)
export const ticketAnswers = answersOf(Ticket)

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
