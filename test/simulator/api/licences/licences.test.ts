import { describe, expect, test } from 'bun:test'
import { dayMs } from '../../../../src/clock'
import { corpid, createBox, creator, type Json, provider, worker } from '../../box'

const setUp = async () => {
  const box = createBox()
  const secrets = { corpid: provider.corpid, provider_secret: provider.secret }
  const ask = async (path: string, body: Json) => {
    const { provider_access_token } = await box.post(
      '/cgi-bin/service/get_provider_token',
      {},
      secrets,
    )
    const query = { provider_access_token: String(provider_access_token) }
    return box.post(`/cgi-bin/license/${path}`, query, body)
  }
  const { order_id } = await ask('create_new_order', {
    corpid,
    buyer_userid: creator,
    account_count: { base_count: 1, external_contact_count: 1 },
    account_duration: { months: 1 },
  })
  const pay = () => ask('submit_pay_job', { order_id, buyer_userid: creator })
  const codes = async () =>
    (await ask('list_order_account', { order_id })).account_list as {
      active_code: string
      type: number
    }[]
  return { ...box, ask, order_id, pay, codes }
}

describe('an order of interface licences', () => {
  test('brings its codes once it is paid, and is paid once', async () => {
    const { codes, pay } = await setUp()
    expect(await codes()).toEqual([])
    expect((await pay()).errcode).toBe(0)
    expect((await codes()).map(({ type }) => type)).toEqual([1, 2])
    expect((await pay()).errcode).toBe(40058)
  })

  test('can be cancelled until it is paid', async () => {
    const { ask, order_id, pay } = await setUp()
    await pay()
    expect((await ask('cancel_order', { corpid, order_id })).errcode).toBe(40058)
  })
})

describe('an activated licence', () => {
  const activated = async () => {
    const stage = await setUp()
    await stage.pay()
    const [code] = await stage.codes()
    const asked = { active_code: code?.active_code, corpid, userid: worker }
    expect((await stage.ask('active_account', asked)).errcode).toBe(0)
    return { ...stage, asked }
  }

  test('is its member’s for 31 days a month', async () => {
    const { ask, clock } = await activated()
    const at = Math.floor(clock.now() / 1000)
    expect(await ask('get_active_info_by_user', { corpid, userid: worker })).toMatchObject({
      active_status: 1,
      active_info_list: [{ userid: worker, active_time: at, expire_time: at + 31 * 86_400 }],
    })
  })

  test('is nobody else’s', async () => {
    const { ask, asked } = await activated()
    expect((await ask('active_account', { ...asked, userid: creator })).errcode).toBe(40058)
    expect((await ask('active_account', { ...asked, userid: 'woNobody' })).errcode).toBe(60111)
  })

  test('changes hands every 30 days at most', async () => {
    const { ask, clock } = await activated()
    const hand = async (from: string, to: string) => {
      const transfer_list = [{ handover_userid: from, takeover_userid: to }]
      const answer = await ask('batch_transfer_license', { corpid, transfer_list })
      return (answer.transfer_result as { errcode: number }[])[0]?.errcode
    }
    expect(await hand(worker, creator)).toBe(0)
    expect(await hand(creator, worker)).toBe(40058)
    await clock.advance(30 * dayMs)
    expect(await hand(creator, worker)).toBe(0)
  })
})
