/** The calls that prepare an installation from a page of our own. */
import { Type } from '@sinclair/typebox'
import { boundedText } from './answer/shape'
import type { WecomClient } from './client'

const PreAuthCode = Type.Object({ pre_auth_code: boundedText })
const Done = Type.Object({})

export type InstallCalls = ReturnType<typeof createInstallCalls>

export const createInstallCalls = (client: WecomClient) => ({
  /** 获取预授权码, document 90601: good for one installation within twenty minutes. */
  fetchPreAuthCode: async (suiteToken: string): Promise<string> => {
    const { pre_auth_code } = await client.call(
      {
        method: 'GET',
        path: '/cgi-bin/service/get_pre_auth_code',
        query: { suite_access_token: suiteToken },
        repeatable: true,
      },
      PreAuthCode,
    )
    return pre_auth_code
  },

  /**
   * 设置授权配置, document 90602.
   *
   * @param isTest whether an app may be installed that isn't online yet
   */
  setSessionInfo: async (
    suiteToken: string,
    preAuthCode: string,
    isTest: boolean,
  ): Promise<void> => {
    await client.call(
      {
        method: 'POST',
        path: '/cgi-bin/service/set_session_info',
        query: { suite_access_token: suiteToken },
        body: { pre_auth_code: preAuthCode, session_info: { auth_type: isTest ? 1 : 0 } },
        repeatable: true,
      },
      Done,
    )
  },
})
