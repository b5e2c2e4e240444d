/** Which suite a call of an SDK is for, where the company has several of our apps. */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { answerOfSdks } from '../../../src/app'
import type { ApiKeyRecord } from '../../../src/store/api-keys'
import { newKeyText } from '../../../src/suite/access/key-text'
import { createSeries, jsonOf, type Scene } from '../../scene'
import { installedThrice } from '../../suite/three-suites'
import { jsonBody, keyRecord } from './sdk-stage'

let scene: Scene
let ids: Awaited<ReturnType<typeof installedThrice>>['ids']
let corpid: string
beforeEach(async () => {
  const installed = await installedThrice()
  scene = installed.scene
  ids = installed.ids
  corpid = installed.corpids[0]!
})
afterEach(() => scene.stop())

const ask = async (path: string, init?: RequestInit) => {
  const answer = answerOfSdks(scene.service.appParts, false)
  return jsonOf(await answer(new Request(`http://localhost${path}`, init)))
}
const keyWith = async (rights: Partial<ApiKeyRecord> = {}): Promise<string> => {
  const text = newKeyText('key0000000000001', createSeries(7))
  await scene.store.changeKey('key0000000000001', () => keyRecord(text, rights))
  return text
}
const gettoken = async (rights: Partial<ApiKeyRecord>, before = '') =>
  ask(`${before}/cgi-bin/gettoken?corpid=${corpid}&corpsecret=${await keyWith(rights)}`)

describe('a company’s token', () => {
  test('fits several suites: 40013, which names them and says what to do', async () => {
    const { errcode, errmsg } = await gettoken({})

    expect(errcode).toBe(40013)
    for (const said of ['crm', 'hr', 'template', 'before /cgi-bin']) expect(errmsg).toContain(said)
  })

  test('is of the suite that the path names, by key or by id', async () => {
    expect((await gettoken({}, '/suites/hr')).errcode).toBe(0)
    expect((await gettoken({}, `/suites/${ids.hr}`)).errcode).toBe(0)
    expect((await gettoken({}, '/suites/none')).errcode).toBe(40013)
  })

  test.each([
    [['hr'], '', 0],
    [['hr', 'crm'], '', 40013],
    [['hr'], '/suites/crm', 48002],
  ])('with a key for %j, asked at "%s/cgi-bin": %d', async (suites, before, errcode) => {
    expect((await gettoken({ suites }, before)).errcode).toBe(errcode)
  })
})

describe('a handle', () => {
  test('is good for its own suite alone', async () => {
    const key = await keyWith()
    const body = { suite_id: ids.hr, suite_secret: key, suite_ticket: 'any' }
    const { suite_access_token: handle } = await ask(
      '/cgi-bin/service/get_suite_token',
      jsonBody(body),
    )
    const corp = (before: string) =>
      ask(
        `${before}/cgi-bin/service/get_corp_token?suite_access_token=${handle}`,
        jsonBody({ auth_corpid: corpid, permanent_code: key }),
      )

    expect((await corp('')).errcode).toBe(0)
    expect((await corp('/suites/hr')).errcode).toBe(0)
    expect((await corp('/suites/crm')).errcode).toBe(40013)
    expect((await ask('/suites/crm/cgi-bin/service/get_suite_token', jsonBody(body))).errcode).toBe(
      40013,
    )
  })
})
