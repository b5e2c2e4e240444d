import { expect, test } from 'bun:test'
import { adminToken, createScene, jsonOf, pageUrl } from '../../scene'

test('a company that changed at a time that no date can show is not imported', async () => {
  const scene = await createScene()
  const corpid = await scene.installed()
  const record = (await scene.store.loadCorp(scene.suiteId, corpid))!
  const gone = { ...record, corpid: 'wpElsewhere', permanentCode: null, status: 'cancelled' }
  const importWith = async (statusAt: number) => {
    const line = { kind: 'corp', corp: { ...gone, statusAt } }
    const importing = scene
      .request('/api/import', {
        method: 'POST',
        headers: { authorization: `Bearer ${adminToken}` },
        body: `${JSON.stringify(line)}\n`,
      })
      .then(jsonOf)
    await scene.settle()
    return importing
  }
  expect(await importWith(1e300)).toMatchObject({ result: 'refused', code: 'invalid_request' })
  expect(await importWith(8.64e15)).toMatchObject({ result: 'imported' })

  const query = new URLSearchParams({ corpid: gone.corpid, url: pageUrl })
  const answer = await scene.request(`/sign?${query}`)
  expect(await jsonOf(answer)).toMatchObject({ code: 'corp_not_authorized' })
})
