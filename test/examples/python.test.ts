import { expect, test } from 'bun:test'
import { describeWithTool } from '../optional-tool'
import { runExample, useExampleStage } from './stage'

describeWithTool(
  'python3',
  () => Bun.which('python3'),
  'the example for Python',
  (python) => {
    const stage = useExampleStage(['sign', 'events', 'proxy'])

    test('signs, reads events and members, and throws what is refused', async () => {
      const text = await runExample(stage(), [python, '-B', 'python/suited.py'])
      const said = (word: string) =>
        text
          .split('\n')
          .filter((line) => line.startsWith(`${word} `))
          .map((line) => line.slice(word.length + 1))

      const { wecom, corpid } = stage()
      const url = 'https://app.example.com/orders?id=7'
      const signature = JSON.parse(said('signature')[0]!)
      const signed = { ...signature, suiteId: wecom.suiteId, corpid, type: 'config', url }
      expect(wecom.simulator.acceptsSignature(signed)).toEqual({ ok: true })
      expect(said('event')).toContain('create_auth done')
      expect(said('member').length).toBeGreaterThan(0)
      expect(said('problem')[0]).toStartWith('403 forbidden ')
    })
  },
)
