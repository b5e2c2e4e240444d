/** Puts a load on a contender from a process on the other core, and gives what came of it. */
import { join } from 'node:path'
import type { Contender } from './contenders'
import type { LoadFigures, LoadPlan, LoadResult } from './load-plan'
import { cpuSecondsOf, onCore } from './machine'

const generator = join(import.meta.dir, 'load.ts')

/** Above this the generator may be what limits the figure. */
const tooBusy = 0.95

/** @throws {Error} the generator failed, or an answer was no 200 */
export const load = async (
  { origin, pid }: Pick<Contender, 'origin' | 'pid'>,
  what: Omit<LoadPlan, 'origin'>,
): Promise<LoadResult> => {
  const plan: LoadPlan = { origin, ...what }
  const cpuBefore = cpuSecondsOf(pid)
  const command = onCore('generator', [process.execPath, generator, JSON.stringify(plan)])
  const child = Bun.spawn(command, { stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' })
  const [code, output, complaint] = await Promise.all([
    child.exited,
    child.stdout.text(),
    child.stderr.text(),
  ])
  if (code !== 0) throw new Error(`The load generator failed: ${complaint}`)
  const result: LoadFigures = JSON.parse(output)
  const cpuSeconds = cpuSecondsOf(pid) - cpuBefore
  if (result.refused > 0) throw new Error(`${result.refused} answers of ${origin} were no 200`)
  if (plan.rate === null && result.generatorBusy > tooBusy) {
    process.stderr.write(
      `The load generator was busy for ${Math.round(result.generatorBusy * 100)} % of the time: it may be what limits ${origin}.\n`,
    )
  }
  return { ...result, cpuMicroseconds: (cpuSeconds * 1e6) / result.answers }
}
