/** The listener for existing SDKs: WeCom's API at its own paths, with API keys for secrets. */
import type { Clock } from '../../clock'
import { ServiceError } from '../../errors'
import type { Logger } from '../../log'
import type { Store } from '../../store/store'
import type { ApiKeys } from '../../suite/access/api-keys'
import type { Corps } from '../../suite/corps'
import type { Forward } from '../../suite/proxy/forward'
import type { SuiteIdFor } from '../../suite/suite-of-corp'
import type { Suites } from '../../suite/suites'
import type { Tokens } from '../../suite/tokens/tokens'
import type { Access } from '../access/access'
import type { AuditEntries } from '../access/audit-entries'
import { createFailureLog } from '../answer/failure-log'
import { addMissing } from '../answer/headers'
import { asServiceError } from '../answer/problem'
import { pathnameOf } from '../request/address'
import type { BodyBudget } from '../request/body-budget'
import { createApiCall } from './api-calls'
import { readFields } from './call-fields'
import { dialectResponse } from './dialect'
import { sdkAddressOf } from './sdk-address'
import { createSdkDoor } from './sdk-door'
import { createTicketCall, isTicketPath } from './ticket-calls'
import { createTokenCalls } from './token-calls'

export interface SdkParts {
  readonly access: Pick<Access, 'authenticateKey' | 'admitById' | 'assertMay'>
  readonly auditEntries: AuditEntries
  readonly apiKeys: Pick<ApiKeys, 'standingOf'>
  readonly store: Pick<Store, 'serviceSecret'>
  readonly suites: Suites
  readonly corps: Corps
  readonly suiteIdFor: SuiteIdFor
  readonly tokens: Pick<Tokens, 'get'>
  readonly forward: Forward
  readonly bodyBudget: BodyBudget
  readonly clock: Clock
  readonly log: Logger
}

const nothingHere = () =>
  new ServiceError(
    'not_found',
    'SDKs find WeCom’s API here, below /cgi-bin/, with the name of a suite before that or without; all else is on suited’s other listener.',
  )

/**
 * What the listener answers. It never throws; failures are answered in WeCom's dialect. Queries
 * hold keys here, so none is put into the log.
 *
 * @param headersOfAnswers for every answer that has none of these names
 */
export const createSdkAnswer = (parts: SdkParts, headersOfAnswers: Record<string, string>) => {
  const { access, auditEntries, apiKeys, store, suites, corps, suiteIdFor, tokens } = parts
  const { forward, bodyBudget, clock, log } = parts
  const ownHeaders = Object.entries(headersOfAnswers)
  const sdkDoor = createSdkDoor({ access, apiKeys, store, clock })
  const tokenCalls = createTokenCalls({ sdkDoor, access, suites, corps, suiteIdFor, tokens })
  const ticketCall = createTicketCall({
    sdkDoor,
    access,
    auditEntries,
    suites,
    corps,
    tokens,
    clock,
  })
  const passOn = createApiCall({ sdkDoor, access, suites, corps, forward, bodyBudget, clock })
  const failureLog = createFailureLog(log)

  const answered = async (request: Request): Promise<Response> => {
    const address = sdkAddressOf(request)
    if (address === null) throw nothingHere()
    const { suite, path } = address
    const tokenCall = tokenCalls.get(path)
    if (tokenCall) {
      const fields = await readFields(request, { clock, bodyBudget })
      return Response.json(await tokenCall({ request, suite, fields }))
    }
    if (isTicketPath(path)) return Response.json(await ticketCall(request, path))
    return passOn(request, address)
  }

  const refused = (error: unknown, request: Request): Response => {
    const failure = asServiceError(error)
    const failed = { method: request.method, path: pathnameOf(request) }
    if (failure.code === 'internal_error') failureLog.unexpected(error, failed)
    else failureLog.refused(failure, failed)
    return dialectResponse(failure)
  }

  return async (request: Request): Promise<Response> => {
    const response = await answered(request).catch((error) => refused(error, request))
    addMissing(response.headers, ownHeaders)
    return response
  }
}
