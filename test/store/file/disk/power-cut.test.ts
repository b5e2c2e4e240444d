/**
 * The power goes after each single call, in many ways. `bun run test:long` tries
 * SUITED_POWER_CUT_SCRIPTS scripts instead of a few.
 */
import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { minuteMs } from '../../../../src/clock'
import { createSeries } from '../../../scene'
import { createDisk, type DiskOptions } from './power-cut-disk'
import { afterPowerCut } from './power-cut-loss'
import { brokenWords, expectedAfter, nothing, runSteps, type Step } from './power-cut-script'

const long = Bun.env.SUITED_LONG_TESTS === '1'
const scripts = long ? Number(Bun.env.SUITED_POWER_CUT_SCRIPTS ?? 2000) : 3
const lossesEach = long ? 5 : 3

const corpid = fc.constantFrom('wpCorpA', 'wpCorpB')
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('ticket' as const),
    timeStampSeconds: fc.integer({ min: 1, max: 9 }),
  }),
  fc.record({ do: fc.constantFrom('authorize', 'authorize', 'rename', 'cancel'), corpid }),
  fc.record({ do: fc.constant('token' as const), corpid: fc.option(corpid) }),
  fc.record({
    do: fc.constantFrom('rotate', 'rotate', 'revoke', 'use', 'use'),
    key: fc.constantFrom(1, 2),
  }),
  fc.record({ do: fc.constant('secret' as const) }),
)

const wholeLife: Step[] = [
  { do: 'ticket', timeStampSeconds: 1 },
  { do: 'rotate', key: 1 },
  { do: 'secret' },
  { do: 'use', key: 1 },
  { do: 'authorize', corpid: 'wpCorpA' },
  { do: 'token', corpid: 'wpCorpA' },
  { do: 'rename', corpid: 'wpCorpA' },
  { do: 'ticket', timeStampSeconds: 2 },
  { do: 'authorize', corpid: 'wpCorpA' },
  { do: 'token', corpid: 'wpCorpA' },
  { do: 'cancel', corpid: 'wpCorpA' },
  { do: 'rotate', key: 1 },
  { do: 'use', key: 1 },
  { do: 'revoke', key: 1 },
  { do: 'authorize', corpid: 'wpCorpA' },
]

const tried = { cuts: 0, states: 0 }

/** Cuts the power of one script everywhere; resolves with the first words that were broken. */
const cutEverywhere = async (
  steps: readonly Step[],
  seed: number,
  options: Pick<DiskOptions, 'syncs'> = {},
): Promise<string[]> => {
  const random = createSeries(seed)
  const stages = [nothing]
  for (const [at, one] of steps.entries()) stages.push(expectedAfter(stages.at(-1)!, one, at))

  const whole = createDisk(options)
  await runSteps(whole, steps)
  for (let powerFor = 0; powerFor <= whole.changes(); powerFor++) {
    const disk = createDisk({ ...options, powerFor })
    const answered = await runSteps(disk, steps)
    tried.cuts += 1
    for (let loss = 0; loss < lossesEach; loss++) {
      tried.states += 1
      const left = createDisk({ ...options, root: afterPowerCut(disk.root, random) })
      const before = stages[answered]!
      const after = stages[answered + 1] ?? before
      const found = await brokenWords(left, before, after)
      if (found.length === 0) {
        // What was under way is done again, as suited does; then the power goes once more.
        await runSteps(left, steps.slice(0, answered + 1), answered)
        const again = createDisk({ ...options, root: afterPowerCut(left.root, random) })
        found.push(...(await brokenWords(again, after, after)))
      }
      if (found.length > 0) return [`after ${powerFor} calls, ${answered} steps answered`, ...found]
    }
  }
  return []
}

describe('a power cut', () => {
  test('after any call of a whole life costs nothing that was answered', async () => {
    expect(await cutEverywhere(wholeLife, 1)).toEqual([])
  })

  test(
    'after any call of any script costs nothing that was answered',
    async () => {
      Object.assign(tried, { cuts: 0, states: 0 })
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { minLength: 1, maxLength: 9 }),
          fc.integer(),
          async (steps, seed) => expect(await cutEverywhere(steps, seed)).toEqual([]),
        ),
        { numRuns: scripts },
      )
      const { cuts, states } = tried
      process.stdout.write(`power cuts: ${scripts} scripts, ${cuts} cuts, ${states} states\n`)
    },
    long ? 600 * minuteMs : minuteMs,
  )

  test('would be noticed if files were not synced', async () => {
    const found = await cutEverywhere(wholeLife, 1, { syncs: (what) => what !== 'file' })
    expect(found).not.toEqual([])
  })

  test('would be noticed if folders were not synced', async () => {
    const found = await cutEverywhere(wholeLife, 1, { syncs: (what) => what !== 'folder' })
    expect(found).not.toEqual([])
  })
})
