import { describe, expect, test } from 'bun:test'
import { describeWithTool } from '../../../optional-tool'
import { findPostgres } from '../../../postgres/server'
import { codeOf } from '../../conformance/bench'
import { endpointRecord } from '../../conformance/endpoint-record-rules'
import {
  corp,
  corpid,
  corpToken,
  refusal,
  saveInTurn,
  suiteId,
  ticket,
  token,
} from '../../conformance/records'
import { idOfKey, sealedWith } from '../../sealed-with'
import { useStateBench } from './state-bench'

const secrets = {
  ticket: 'secret-ticket',
  code: 'secret-code',
  pairToken: 'secret-pair-token',
  aesKey: 'S'.repeat(43),
  token: 'secret-token',
  endpoint: 'whsec_secret',
}

describeWithTool('PostgreSQL', findPostgres, 'the rows of the state', () => {
  const bench = useStateBench()

  const fill = async (sealing = sealedWith('old')) => {
    const { store } = await bench.open({ sealing })
    await store.saveTicket(suiteId, ticket({ value: secrets.ticket }))
    const callbackPair = { token: secrets.pairToken, encodingAesKey: secrets.aesKey }
    await store.changeCorp(suiteId, corpid, () =>
      corp({ permanentCode: secrets.code, callbackPair }),
    )
    await saveInTurn(store, corpToken, token({ value: secrets.token }), 0)
    await store.changeEndpoint('crm', () =>
      endpointRecord({
        signing: { format: 'standard', secrets: [{ secret: secrets.endpoint, until: null }] },
      }),
    )
    await store.serviceSecret()
    return store
  }

  test('hold no secret in clear', async () => {
    const store = await fill()
    const text = await bench.allText()
    expect(text).toContain(`enc:v1:${idOfKey('old')}:`)
    const serviceSecret = Buffer.from(await store.serviceSecret()).toString('base64')
    for (const secret of [...Object.values(secrets), serviceSecret, 'crm.example.com']) {
      expect(text).not.toContain(secret)
    }
  })

  test('are read with the former key while a key is changed, and written with the new one', async () => {
    await fill()
    const { store } = await bench.open({ sealing: sealedWith('new', 'old') })
    expect((await store.loadSuite(suiteId))?.ticket?.value).toBe(secrets.ticket)
    expect((await store.loadCorp(suiteId, corpid))?.permanentCode).toBe(secrets.code)
    expect((await store.loadToken(corpToken))?.value).toBe(secrets.token)
    const second = token({ value: 'secret-token-2', generation: 2 })
    expect(await saveInTurn(store, corpToken, second, 1)).toBe('saved')
    await store.endToken(corpToken, second)
    expect((await store.loadToken(corpToken))?.expiresAt).toBe(0)
  })

  test('that were sealed with a key that is not here stay as they are, and are said to be', async () => {
    await fill(sealedWith('new'))
    const before = await bench.allText()
    const { store } = await bench.open({ sealing: sealedWith('old') })
    expect(await codeOf(store.loadCorp(suiteId, corpid))).toBe('store_unavailable')
    expect(await codeOf(store.loadToken(corpToken))).toBe('store_unavailable')
    expect(await codeOf(store.serviceSecret())).toBe('store_unavailable')
    expect(await store.listEndpoints()).toEqual([])
    const unreadable = await store.listUnreadable()
    expect(unreadable.map(({ file }) => file)).toContain(`corps/${suiteId}/${corpid}`)
    expect(unreadable[0]?.problem).toContain(idOfKey('new'))
    expect(await bench.allText()).toBe(before)
  })

  describe('that are damaged', () => {
    const damage = () =>
      bench.database.query('UPDATE corps SET record = replace(record, \'"version"\', \'"v"\')')

    test('fail the calls that need them, once in the log, until they are mended', async () => {
      const { store } = await bench.open()
      await store.changeCorp(suiteId, corpid, () => corp())
      await damage()
      expect(await codeOf(store.loadCorp(suiteId, corpid))).toBe('store_unavailable')
      const change = store.changeCorp(suiteId, corpid, () => corp())
      expect(await codeOf(change)).toBe('store_unavailable')
      expect(await store.suitesOfCorp(corpid)).toEqual([suiteId])
      const place = `corps/${suiteId}/${corpid}`
      const problem = expect.stringContaining('/version')
      expect(await store.listUnreadable()).toEqual([
        { suiteId, corpid, file: place, problem, copy: null },
      ])
      expect(bench.log.entries.filter(({ level }) => level === 'error')).toHaveLength(1)
      await bench.database.query(
        'UPDATE corps SET record = replace(record, \'"v"\', \'"version"\')',
      )
      expect(await store.listUnreadable()).toEqual([])
      expect(await store.loadCorp(suiteId, corpid)).toEqual(corp())
    })

    test('are dropped where they are tokens, which can be fetched again', async () => {
      const { store } = await bench.open({ sealing: sealedWith('old') })
      await store.changeCorp(suiteId, corpid, () => corp())
      await saveInTurn(store, corpToken, token(), 0)
      await bench.database.query("UPDATE tokens SET value = overlay(value placing 'AAAA' from 40)")
      expect(await store.loadToken(corpToken)).toBeNull()
      expect(await saveInTurn(store, corpToken, token({ value: 'fetched again' }), 0)).toBe('saved')
      expect((await store.loadToken(corpToken))?.value).toBe('fetched again')
    })
  })

  test('take whatever a name or a message holds, and are found by it', async () => {
    const { store } = await bench.open()
    const name = 'Nul\0 Ärzte \u{1f600}\ud800'
    await store.changeCorp(suiteId, corpid, () => corp({ name, authInfo: { odd: '\0\ud800' } }))
    expect((await store.loadCorp(suiteId, corpid))?.name).toBe(name)
    expect((await store.listCorps({ limit: 5, q: 'NUL\0 ärz' })).items).toHaveLength(1)
    expect((await store.listCorps({ limit: 5, q: '%' })).items).toEqual([])
    expect(await store.findCorpByInstallEvent(suiteId, '\0')).toBeNull()
    const turn = (await store.takeTokenTurn(corpToken, 1000))!.turn!
    await store.noteRefusal(corpToken, refusal({ errmsg: 'nul\0' }), turn)
    expect((await store.takeTokenTurn(corpToken, 1000))?.refusal?.errmsg).toBe('nul\0')
  })

  test('take names and other ids that are far too long for an index', async () => {
    const { store } = await bench.open()
    const record = corp({ name: '公'.repeat(5000), openCorpid: 'x'.repeat(5000) })
    await store.changeCorp(suiteId, corpid, () => record)
    expect(await store.loadCorp(suiteId, corpid)).toEqual(record)
    const { items } = await store.listCorps({ limit: 5, q: '公公' })
    expect(items[0]?.name).toBe('公'.repeat(256))
  })
})
