/** Handing out access tokens, and taking reports of dead ones. */
import { t } from 'elysia'
import type { Clock } from '../clock'
import type { TokenKey } from '../store/store'
import type { Tokens } from '../suite/tokens'
import { readJson } from './body'
import { invalidFields, problems } from './problem'

const largestBodyBytes = 64 * 1024

export const AccessToken = t.Object({
  accessToken: t.String(),
  expiresAt: t.Integer({ description: 'Epoch milliseconds.' }),
})

const DeadToken = t.Object({
  dead: t.String({ minLength: 1, maxLength: 1024, description: 'The token that WeCom refused.' }),
})

export const tokenAnswers = {
  200: AccessToken,
  ...problems(400, 401, 403, 404, 413, 415, 502, 503, 504),
}

export const reportBody = {
  requestBody: { required: true, content: { 'application/json': { schema: DeadToken as never } } },
}

/** The same for every kind of token. */
export const createTokenDesk = ({ tokens, clock }: { tokens: Tokens; clock: Clock }) => ({
  async hand(key: TokenKey) {
    const { value, expiresAt } = await tokens.get(key)
    return { accessToken: value, expiresAt }
  },
  /**
   * The token that a report calls dead.
   *
   * @throws {ServiceError} invalid_request, unsupported_media_type, body_too_large
   */
  async readReport(request: Request): Promise<string> {
    const body = await readJson(request, largestBodyBytes, clock)
    const dead = (body as { dead?: unknown } | null)?.dead
    if (typeof dead === 'string' && dead !== '') return dead
    throw invalidFields([{ field: 'dead', message: 'is required' }])
  },
  /** Replaced once, however many report it; the answer is the good one. */
  async replace(key: TokenKey, dead: string) {
    const { value, expiresAt } = await tokens.replace(key, dead)
    return { accessToken: value, expiresAt }
  },
})

export const noStore = { 'cache-control': 'no-store' }
