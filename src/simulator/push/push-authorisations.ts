/** Companies install, change and remove the app, and WeCom tells its backend (document 90642). */
import { ServiceError } from '../../errors'
import {
  type AuthorizeOptions,
  authorize,
  endInstallation,
  installationNamed,
  renewPermanentCode,
  suiteNamed,
} from '../world/installations'
import { issue } from '../world/tokens'
import type { Installation, World } from '../world/world'
import type { MessagePusher, Pushed } from './push-messages'

export interface InstallOptions extends AuthorizeOptions {
  /**
   * `market` (default): WeCom pushes create_auth. `provider`: the install came from the provider's
   * own site, where the code travels in the redirect and nothing is pushed.
   */
  readonly from?: 'market' | 'provider' | undefined
}

export interface Installed {
  readonly installation: Installation
  /** Works once, for ten minutes. */
  readonly authCode: string
  /** Null if nothing was to be pushed. */
  readonly push: Pushed | null
}

export type AuthChange = Partial<Pick<Installation, 'privilege' | 'authMode' | 'status'>>

/**
 * Each changes the world first and then pushes; the result tells of the push alone.
 *
 * @throws {ServiceError} suite_not_found, not_found (company), corp_not_authorized (not installed)
 */
export interface AuthorisationPusher {
  install(suiteId: string, corpid: string, options?: InstallOptions): Promise<Installed>
  /** Removes the app; its permanent code and tokens are void when cancel_auth goes out. */
  uninstall(suiteId: string, corpid: string): Promise<Pushed>
  /** Changes the visible range, the kind of authorisation or whether the app is in use. */
  changeAuth(suiteId: string, corpid: string, change?: AuthChange): Promise<Pushed>
  /** @throws {ServiceError} invalid_request — the suite is no customised app */
  resetPermanentCode(suiteId: string, corpid: string): Promise<Pushed>
  /**
   * An admin opens 业务设置URL from the app's page in the console: returns the `auth_code` with
   * which WeCom opens it.
   */
  openBusinessUrl(corpid: string, userid: string): string
}

export const createAuthorisationPusher = (
  world: World,
  { pushEvent }: Pick<MessagePusher, 'pushEvent'>,
): AuthorisationPusher => ({
  install: async (suiteId, corpid, { from = 'market', ...options } = {}) => {
    const { installation, authCode } = authorize(world, suiteId, corpid, options)
    if (from === 'provider') return { installation, authCode: authCode.value, push: null }
    const fields = { AuthCode: authCode.value, State: installation.state }
    const push = await pushEvent('create_auth', { suiteId, corpid, fields })
    return { installation, authCode: authCode.value, push }
  },

  uninstall: async (suiteId, corpid) => {
    endInstallation(world, installationNamed(world, suiteId, corpid))
    return pushEvent('cancel_auth', { suiteId, corpid })
  },

  changeAuth: async (suiteId, corpid, change = {}) => {
    const installation = installationNamed(world, suiteId, corpid)
    Object.assign(installation, change)
    return pushEvent('change_auth', { suiteId, corpid, fields: { State: installation.state } })
  },

  resetPermanentCode: async (suiteId, corpid) => {
    const installation = installationNamed(world, suiteId, corpid)
    if (suiteNamed(world, suiteId).kind !== 'customised') {
      throw new ServiceError('invalid_request', 'Only customised apps have a secret to reset.')
    }
    const authCode = renewPermanentCode(world, installation)
    const fields = { AuthCode: authCode.value }
    return pushEvent('reset_permanent_code', { suiteId, corpid, fields })
  },

  openBusinessUrl: (corpid, userid) =>
    issue(world, 'login_auth_code', { suiteId: null, corpid }, { userid }).value,
})
