/** Which of WeCom's logins a browser is sent to. Pure. */
import type { LoginWay } from './flow'

/**
 * Whether a browser is WeCom's own, which logs a member in without a question. WeChat's too: of
 * members who use WeCom by its plugin, and whose phone can't scan what it shows itself.
 */
export const isInClient = (userAgent: string | null): boolean =>
  /wxwork|MicroMessenger/i.test(userAgent ?? '')

/**
 * `'page'`: a page of ours that says to open the link in WeCom.
 *
 * @param asked what the link asks for; null leaves it to the browser
 * @param hasWebLogin whether WeCom has a login page for any browser that this suite may use
 */
export const loginWayOf = (parts: {
  userAgent: string | null
  asked: LoginWay | null
  hasWebLogin: boolean
}): LoginWay | 'page' => {
  const { userAgent, asked, hasWebLogin } = parts
  const wanted = asked ?? (isInClient(userAgent) ? 'client' : 'web')
  return wanted === 'web' && !hasWebLogin ? 'page' : wanted
}
