import { describe, expect, test } from 'bun:test'
import { corpid, createBox, creator, suiteId, worker } from '../../box'

/** An app that sees department 2 alone, in which the worker is. */
const setUp = async () => {
  const box = createBox()
  const query = { access_token: await box.corpToken() }
  const [installation] = box.simulator.world.installations.get(`${suiteId}/${corpid}`) ?? []
  const privilege = { ...installation!.privilege, allow_party: [2] }
  await box.simulator.pusher.changeAuth(suiteId, corpid, { privilege })
  return {
    ...box,
    ask: (path: string, more = {}) => box.get(`/cgi-bin/${path}`, { ...query, ...more }),
  }
}

describe('a company, as an app sees it that may see one department', () => {
  test('has that department and no other', async () => {
    const { ask } = await setUp()
    const { department } = await ask('department/list')
    expect(department).toEqual([{ id: 2, name: '部门2', parentid: 1, order: 0 }])
    expect((await ask('department/get', { id: '1' })).errcode).toBe(60011)
    expect((await ask('department/get', { id: '9' })).errcode).toBe(60003)
    expect((await ask('user/list', { department_id: '9' })).errcode).toBe(60003)
  })

  test('has its tags, with the members in sight', async () => {
    const { ask } = await setUp()
    expect(await ask('tag/get', { tagid: '1' })).toMatchObject({ userlist: [] })
    expect(await ask('tag/get', { tagid: '2' })).toMatchObject({ userlist: [{ userid: worker }] })
    expect((await ask('tag/get', { tagid: '3' })).errcode).toBe(40068)
  })

  test('has the customers of the members in sight', async () => {
    const { ask } = await setUp()
    const found = await ask('externalcontact/list', { userid: worker })
    expect(found.external_userid).toEqual(['wmWorkerA'])
    expect((await ask('externalcontact/list', { userid: creator })).errcode).toBe(84061)
    expect((await ask('externalcontact/list', { userid: 'woNobody' })).errcode).toBe(60111)
    const unseen = await ask('externalcontact/get', { external_userid: 'wmCreatorA' })
    expect(unseen.errcode).toBe(84061)
  })

  test('has no customers for an app without the permission', async () => {
    const { ask, simulator } = await setUp()
    const suite = simulator.world.suites.get(suiteId)
    simulator.world.suites.set(suiteId, { ...suite!, permissions: [] })
    expect((await ask('externalcontact/list', { userid: worker })).errcode).toBe(48002)
  })

  test("gives userids for open_userids to the company's own apps alone", async () => {
    const { corpToken, post } = await setUp()
    const query = { access_token: await corpToken() }
    const asked = { open_userid_list: [worker], source_agentid: 1 }
    const answer = await post('/cgi-bin/batch/openuserid_to_userid', query, asked)
    expect(answer.errcode).toBe(48002)
  })
})
