/** Who may use the API: whoever has the admin token. */
import { ServiceError } from '../errors'
import { equalInConstantTime } from '../wecom/crypto'

/** @throws {ServiceError} admin_disabled, unauthorized */
export const requireOperator = (adminToken: string | null, authorization: string | null): void => {
  if (adminToken === null) {
    throw new ServiceError(
      'admin_disabled',
      'Set SUITED_ADMIN_TOKEN (suited keygen makes one) and restart to open the API.',
    )
  }
  if (!isOperator(adminToken, authorization)) {
    throw new ServiceError('unauthorized', 'Send the admin token: Authorization: Bearer TOKEN.')
  }
}

/** The same question without a refusal: may this caller see details? */
export const isOperator = (adminToken: string | null, authorization: string | null): boolean => {
  const [, token] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? []
  return adminToken !== null && token !== undefined && equalInConstantTime(token, adminToken)
}
