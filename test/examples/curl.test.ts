import { expect, test } from 'bun:test'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
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
      const [url = '', key = ''] = codeBlocks[0]!.replace(/^sh\n/, '').split('\n')
      const folder = await workshop.folder()
      const program = join(folder, 'suited')
      // As a machine on which the service's settings stand where the command looks for them.
      writeFileSync(program, `#!/bin/sh\nexec ${workshop.binary()} "$@" --url ${suited.url}\n`)
      chmodSync(program, 0o755)
      const command = [url, key.replace('wpCorpA', corpid), 'printf %s "$SUITED_KEY"'].join('\n')
      const env = { PATH: `${folder}:${process.env.PATH}`, SUITED_ADMIN_TOKEN: adminToken }
      const running = workshop.startProgram(['bash', '-c', command], { cwd: folder, env })
      await running.exited
      expect(running.stdout).toMatch(/^sk_suited_\S+$/)
      const listed = await fetch(`${suited.url}/api/keys`, {
        headers: { authorization: `Bearer ${adminToken}` },
      })
      const { items } = (await listed.json()) as { items: object[] }
      expect(items).toContainEqual(
        expect.objectContaining({
          name: 'examples',
          scopes: ['sign', 'events', 'proxy'],
          corps: [corpid],
        }),
      )
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
