/** From the start of the process to its first answer, its memory, and the size of the binary. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { builtBinary } from '../../binary/build'
import { type Contender, freePort, startSuited, suitedSettings } from '../contenders'
import { corpidOf, signPath } from '../fixture'
import { load } from '../loading'
import { memoryMbOf, onCore, sizeMbOf } from '../machine'
import { median } from '../medians'
import type { Conditions, Finding, Row } from '../row'
import { show, showMs } from '../table'
import { startWecom, type Wecom } from '../wecom'

const many = { companies: 100_000, active: 1000 } as const
/** Tries are cheap, and one alone says little. */
const triesEachRound = 2

/** Milliseconds until `path` is answered with 200. */
const timeToAnswer = async (wecom: Wecom, dataDir: string, path: string): Promise<number> => {
  const port = String(freePort())
  const settings = { SUITED_PORT: port, ...suitedSettings({ dataDir, wecom: wecom.origin }) }
  const command = onCore('server', [await builtBinary(), 'serve'])
  const began = performance.now()
  const child = Bun.spawn(command, { env: settings, stdout: 'ignore', stderr: 'ignore' })
  try {
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => null)
      if (answer?.ok) return performance.now() - began
      if (child.exitCode !== null) throw new Error(`suited ended with ${child.exitCode}`)
      await Bun.sleep(1)
    }
  } finally {
    child.kill('SIGKILL')
    await child.exited
  }
}

/** Memory after the start, once what it does then is done, and after `use`. */
const memoryAfter = async (
  wecom: Wecom,
  dataDir: string,
  use: (suited: Contender) => Promise<unknown>,
): Promise<number> => {
  const suited = await startSuited({ dataDir, wecom: wecom.origin })
  try {
    await Bun.sleep(2000)
    await use(suited)
    await Bun.sleep(1000)
    return memoryMbOf(suited.pid)
  } finally {
    await suited.stop()
  }
}

/** What the runtime alone weighs: an empty program, compiled. */
const runtimeMb = async (): Promise<number> => {
  const dir = mkdtempSync(join(tmpdir(), 'suited-bench-runtime-'))
  try {
    await Bun.write(join(dir, 'nothing.ts'), '')
    const outfile = join(dir, 'nothing')
    const command = ['build', '--compile', '--outfile', outfile, join(dir, 'nothing.ts')]
    Bun.spawnSync([process.execPath, ...command])
    return sizeMbOf(outfile)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

const measure = async (conditions: Conditions, wecom: Wecom) => {
  const { rounds, tell } = conditions
  const full = await conditions.folder(many)
  const taken: Record<'empty' | 'full' | 'memory' | 'fullMemory', number[]> = {
    empty: [],
    full: [],
    memory: [],
    fullMemory: [],
  }
  const empty = () => conditions.folder({ companies: 0, active: 0 })
  const signAll = (suited: Contender) =>
    load(suited, {
      what: 'sign',
      companies: many.active,
      connections: 16,
      rate: 2000,
      seconds: 3,
      warmUpSeconds: 0,
    })
  for (let round = 0; round < rounds; round++) {
    for (let attempt = 0; attempt < triesEachRound; attempt++) {
      taken.empty.push(await timeToAnswer(wecom, (await empty()).dir, '/readyz'))
      taken.full.push(await timeToAnswer(wecom, full.dir, signPath(corpidOf(0))))
    }
    taken.memory.push(await memoryAfter(wecom, (await empty()).dir, async () => undefined))
    taken.fullMemory.push(await memoryAfter(wecom, full.dir, signAll))
    tell(
      `start, round ${round + 1}: ${Object.values(taken)
        .map((all) => show(all.at(-1)!))
        .join(', ')}`,
    )
  }
  return taken
}

export const start: Row = async (conditions) => {
  const wecom = startWecom()
  try {
    const taken = await measure(conditions, wecom)
    const below = (what: string, value: number, most: number, unit: string): Finding => ({
      what,
      measured: unit === 'ms' ? showMs(value) : `${show(value)} ${unit}`,
      target: `< ${most} ${unit}`,
      met: value < most,
    })
    const beyond = sizeMbOf(await builtBinary()) - (await runtimeMb())
    return {
      findings: [
        below('start to first answer, empty', median(taken.empty), 150, 'ms'),
        below('start to first signature, 100,000 companies', median(taken.full), 1000, 'ms'),
        below('memory after start', median(taken.memory), 90, 'MB'),
        below(
          'memory with 100,000 companies of which 1,000 are active',
          median(taken.fullMemory),
          200,
          'MB',
        ),
        below('the binary, beyond the Bun runtime itself', beyond, 12, 'MB'),
      ],
      tables: [],
    }
  } finally {
    await wecom.stop()
  }
}
