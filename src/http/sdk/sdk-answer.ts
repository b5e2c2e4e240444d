/** The listener for existing SDKs: WeCom's API at its own paths, with API keys for secrets. */
import type { Clock } from '../../clock'
import { reasonOf, ServiceError } from '../../errors'
import type { Logger } from '../../log'
import { addMissing } from '../answer/headers'
import { asServiceError } from '../answer/problem'
import { pathnameOf } from '../request/address'
import { type ApiCallParts, createApiCall } from './api-calls'
import { readFields } from './call-fields'
import { dialectResponse } from './dialect'
import { sdkAddressOf } from './sdk-address'
import { createSdkDoor } from './sdk-door'
import { createTicketCall, isTicketPath, type TicketCallParts } from './ticket-calls'
import { createTokenCalls, type TokenCallParts } from './token-calls'

type DoorParts = Parameters<typeof createSdkDoor>[0]

export type SdkParts = DoorParts &
  Omit<TokenCallParts & TicketCallParts & ApiCallParts, 'sdkDoor'> & {
    readonly clock: Clock
    readonly log: Logger
  }

const nothingHere = () =>
  new ServiceError(
    'not_found',
    'SDKs find WeCom’s API here, below /cgi-bin/, with the name of a suite before that or without; all else is on suited’s other listener.',
  )

/**
 * What the listener answers. It never throws; failures are answered in WeCom's dialect. Queries hold
 * keys here, so none is put into the log.
 *
 * @param headersOfAnswers for every answer that has none of these names
 */
export const createSdkAnswer = (parts: SdkParts, headersOfAnswers: Record<string, string>) => {
  const { clock, log, bodyBudget } = parts
  const ownHeaders = Object.entries(headersOfAnswers)
  const sdkDoor = createSdkDoor(parts)
  const tokenCalls = createTokenCalls({ ...parts, sdkDoor })
  const answerTicketCall = createTicketCall({ ...parts, sdkDoor })
  const passOn = createApiCall({ ...parts, sdkDoor })

  const answered = async (request: Request): Promise<Response> => {
    const address = sdkAddressOf(request)
    if (address === null) throw nothingHere()
    const { suite, path } = address
    const tokenCall = tokenCalls.get(path)
    if (tokenCall) {
      const fields = await readFields(request, { clock, bodyBudget })
      return Response.json(await tokenCall({ request, suite, fields }))
    }
    if (isTicketPath(path)) return Response.json(await answerTicketCall(request, path))
    return passOn(request, address)
  }

  const refused = (error: unknown, request: Request): Response => {
    const failure = asServiceError(error)
    const fields = { method: request.method, path: pathnameOf(request), code: failure.code }
    if (failure.code === 'internal_error') {
      log.error('a request failed unexpectedly', {
        ...fields,
        reason: reasonOf(error),
        stack: error instanceof Error ? error.stack : undefined,
      })
    } else log.debug('an SDK’s request was refused', { ...fields, detail: failure.message })
    return dialectResponse(failure)
  }

  return async (request: Request): Promise<Response> => {
    const response = await answered(request).catch((error) => refused(error, request))
    addMissing(response.headers, ownHeaders)
    return response
  }
}
