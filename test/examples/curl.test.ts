import { expect, test } from 'bun:test'
import { adminToken } from '../binary/suited'
import { outlineOf } from '../conventions/markdown'
import { textOf } from '../conventions/sources'
import { describeWithTool } from '../optional-tool'
import { runExample, useExampleStage } from './stage'

describeWithTool(
  'curl',
  () => Bun.which('curl'),
  'the example for curl',
  () => {
    const stage = useExampleStage(['sign', 'events', 'proxy'])

    test('begins with a key that is made as the README says', async () => {
      const { workshop, suited, corpid } = stage()
      const { codeBlocks } = outlineOf(await textOf('examples/README.md'))
      const command = codeBlocks[0]!.replace(/^sh\n/, '').replace('wpCorpA', corpid)
      const env = { SUITED_URL: suited.url, SUITED_ADMIN_TOKEN: adminToken }
      const cwd = await workshop.folder()
      const running = workshop.startProgram(['bash', '-c', command], { cwd, env })
      await running.exited
      expect(JSON.parse(running.stdout)).toMatchObject({
        key: expect.stringMatching(/^sk_suited_/),
        scopes: ['sign', 'events', 'proxy'],
        corps: [corpid],
      })
    })

    test('signs, reads events and members, and shows what is refused', async () => {
      const text = await runExample(stage(), ['curl/tour.sh'])
      const [signature, events, members, refused] = text
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line))

      const { wecom, corpid } = stage()
      const url = 'https://app.example.com/orders?id=7'
      const signed = { ...signature, suiteId: wecom.suiteId, corpid, type: 'config', url }
      expect(wecom.simulator.acceptsSignature(signed)).toEqual({ ok: true })
      expect(events.items.at(-1)).toMatchObject({ type: 'create_auth', corpid })
      expect(members).toMatchObject({ errcode: 0, userlist: expect.any(Array) })
      expect(refused).toMatchObject({ status: 403, code: 'forbidden' })
    })
  },
)
