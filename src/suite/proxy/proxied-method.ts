/** Which HTTP methods go through the proxy. Pure. */
import { ServiceError } from '../../errors'
import { apiMethods } from '../../wecom/api/endpoints'

/**
 * Lets WeCom's methods pass. TRACE would have whoever stands before WeCom repeat the address with
 * its token, CONNECT and the others are no calls to its API.
 *
 * @throws {ServiceError} method_not_allowed
 */
export const requireProxiedMethod = (method: string): void => {
  if ((apiMethods as readonly string[]).includes(method)) return
  throw new ServiceError('method_not_allowed', `The proxy takes ${apiMethods.join(', ')}.`, {
    extra: { allow: apiMethods },
  })
}
