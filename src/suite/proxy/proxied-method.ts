/** Which HTTP methods go through the proxy. Pure. */
import { ServiceError } from '../../errors'
import { proxiedMethods } from '../access/key-request'

/**
 * Lets WeCom's methods pass. TRACE would have whoever stands before WeCom repeat the address with its
 * token, CONNECT and the others are no calls to its API.
 *
 * @throws {ServiceError} method_not_allowed
 */
export const requireProxiedMethod = (method: string): void => {
  if ((proxiedMethods as readonly string[]).includes(method)) return
  throw new ServiceError('method_not_allowed', `The proxy takes ${proxiedMethods.join(', ')}.`, {
    extra: { allow: proxiedMethods },
  })
}
