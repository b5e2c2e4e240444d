/** Programs that share a company, each in a process of its own: none of them races for a token. */
import { afterEach, beforeEach, expect, test } from 'bun:test'
import { join } from 'node:path'
import { hourMs, minuteMs } from '../../../src/clock'
import { createSdkStage, type SdkStage } from './sdk-stage'

const programs = 4
const everyMs = 5 * minuteMs

let stage: SdkStage
beforeEach(async () => {
  stage = await createSdkStage()
})
afterEach(() => stage.scene.stop())

/** A process that answers each line with one. */
const start = (url: string, corpid: string, key: string) => {
  const script = join(import.meta.dir, 'sdk-program.ts')
  const process = Bun.spawn(['bun', script, url, corpid, key], { stdin: 'pipe', stdout: 'pipe' })
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader()
  return {
    async ask(): Promise<string> {
      process.stdin.write('go\n')
      process.stdin.flush()
      let line = ''
      while (!line.endsWith('\n')) {
        const { done, value } = await reader.read()
        if (done) throw new Error(`a program ended before it answered: ${line}`)
        line += value
      }
      return line.trim()
    },
    async end(): Promise<void> {
      process.stdin.end()
      await process.exited
    },
  }
}

test('four processes with one key for an hour: WeCom is asked for one token', async () => {
  const { scene, corpid } = stage
  const key = await stage.key()
  const listener = stage.listen()
  const all = Array.from({ length: programs }, () => start(listener.url, corpid, key))
  // The token that came with the install is dead.
  scene.simulator.killTokens({ kind: 'access_token' })
  const asked = () => scene.calls('/cgi-bin/service/get_corp_token')
  const before = asked()
  try {
    for (let passed = 0; passed < hourMs; passed += everyMs) {
      await scene.simulator.pusher.pushTicket(stage.suiteId)
      const answers = await Promise.all(all.map((program) => program.ask()))
      expect(answers).toEqual(Array(programs).fill('0 0'))
      await scene.clock.advance(everyMs)
    }
    expect(asked() - before).toBe(1)
  } finally {
    await Promise.all(all.map((program) => program.end()))
    await listener.stop()
  }
})
