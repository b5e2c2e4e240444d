import { expect, test } from 'bun:test'
import { describeWithTool } from '../optional-tool'
import { runExample, useExampleStage } from './stage'

describeWithTool(
  'node',
  () => Bun.which('node'),
  'the example for node-easywechat',
  (node) => {
    const stage = useExampleStage(['proxy'], () => ({
      SUITED_SDK_HOST: '127.0.0.1',
      SUITED_SDK_PORT: '0',
    }))

    test('reads the members of a company with a key alone', async () => {
      const { wecom, suited, key } = stage()
      const started = suited.logs().find(({ message }) => message === 'suited is listening')
      const settings = { SUITED_SDK_URL: String(started?.sdkUrl), WECOM_SUITE_ID: wecom.suiteId }
      const text = await runExample(stage(), [node, 'easywechat/members.cjs'], settings)
      expect(text).toMatch(/^member \S+ \S+$/m)
      const secrets = [...wecom.secrets(), key]
      expect(secrets.filter((secret) => text.includes(secret))).toEqual([])
    })
  },
)
