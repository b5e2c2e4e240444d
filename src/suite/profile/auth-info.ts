/** The call that tells what a company granted, to whoever shows the company's permanent code. */
import type { AuthInfo, WecomCalls } from '../../wecom/api/suite-calls'
import { suiteTokenKey } from '../tokens/token-source'
import type { Tokens } from '../tokens/tokens'

/**
 * 获取企业授权信息, with the suite's token.
 *
 * @throws {ServiceError} suite_not_configured, suite_ticket_missing, wecom_error, wecom_timeout
 */
export const fetchAuthInfo = (
  {
    tokens,
    calls,
  }: { tokens: Pick<Tokens, 'withToken'>; calls: Pick<WecomCalls, 'fetchAuthInfo'> },
  suiteId: string,
  corpid: string,
  permanentCode: string,
): Promise<AuthInfo> =>
  tokens.withToken(suiteTokenKey(suiteId), (token) =>
    calls.fetchAuthInfo(token, corpid, permanentCode),
  )
