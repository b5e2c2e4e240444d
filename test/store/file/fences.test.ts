import { describe, expect, test } from 'bun:test'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hourMs } from '../../../src/clock'
import { createFences } from '../../../src/store/file/fences'
import { createManualClock } from '../../manual-clock'
import { createRecordingLog } from '../recording-log'
import { systemError } from './disk/faulty-file-system'
import { useFileBench } from './file-bench'

const startMs = 1_700_000_000_000

describe('the numbers of leases in a folder', () => {
  const bench = useFileBench()

  /** Two numbers that a process takes which begins at that time. */
  const taken = async (now = startMs) => {
    const clock = createManualClock(now)
    const fences = createFences({ dir: bench.dir, fs: bench.fs, clock, log: createRecordingLog() })
    await fences.ready()
    const first = fences.next()
    await fences.ready()
    return [first, fences.next()] as const
  }

  const reserved = async () =>
    JSON.parse((await bench.files()).get('leases.json')?.text ?? '{}').nextFence as number

  test('are reserved on the disk before the first one is given', async () => {
    const [first, second] = await taken()
    expect(second).toBeGreaterThan(first)
    expect(await reserved()).toBeGreaterThan(second)
    const calls = bench.fs.calls.filter((call) => call.includes('leases.json'))
    expect(calls).toEqual([
      'read leases.json',
      'open w leases.json.tmp',
      'write leases.json.tmp',
      'sync leases.json.tmp',
      'rename leases.json',
    ])
  })

  test('go on after a restart, also of one whose clock was put back', async () => {
    const [, before] = await taken()
    const end = await reserved()
    const [after] = await taken(startMs - 24 * hourMs)
    expect(after).toBeGreaterThan(before)
    expect(after).toBe(end)
  })

  test('go on where the file is gone or damaged', async () => {
    const [, before] = await taken()
    for (const text of ['{', '{"version":1,"nextFence":-1}', '{"version":1,"nextFence":1e300}']) {
      await writeFile(join(bench.dir, 'leases.json'), text)
      const [after] = await taken(startMs + hourMs)
      expect(after).toBeGreaterThan(before)
    }
  })

  test('are given although the disk is full, so that tokens can be fetched', async () => {
    bench.fs.before = (call, path) => {
      if (call === 'write' && path.includes('leases.json')) throw systemError('ENOSPC')
    }
    const [first, second] = await taken()
    expect(second).toBeGreaterThan(first)
    expect((await bench.files()).has('leases.json')).toBe(false)
  })
})

describe('a store whose folder is from before the numbers', () => {
  const bench = useFileBench()

  test('opens, and its token documents without refusals do', async () => {
    const first = await bench.open()
    await first.saveTicket('wwsuite', {
      value: 'ticket',
      timeStampSeconds: startMs / 1000,
      receivedAt: startMs,
    })
    await first.close()
    const record = { value: 'token', fetchedAt: startMs, expiresAt: startMs + 1, generation: 3 }
    const tokens = { suite_access_token: record }
    const document = { version: 1, suiteId: 'wwsuite', corpid: null, tokens }
    await writeFile(bench.at('tokens/wwsuite.json'), JSON.stringify(document))
    const store = await bench.open()
    const key = { suiteId: 'wwsuite', corpid: null, kind: 'suite_access_token' } as const
    expect(await store.takeTokenTurn(key, 1000)).toEqual({
      stored: record,
      refusal: null,
      turn: expect.anything(),
    })
  })
})
