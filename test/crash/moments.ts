/** When the process is killed: at any time, and at the times that hurt most. */
import { type FSWatcher, mkdirSync, watch } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../../src/clock'
import type { Random } from '../../src/retry'
import { documentName } from '../../src/store/file/folder/document-name'
import type { Town } from './town'

export interface Moment {
  readonly name: string
  /** Whether it comes before suited listens. */
  readonly whileStarting?: boolean
  /** Resolves when it is there; the signal ends the waiting. */
  comes(signal: AbortSignal): Promise<void>
}

const exchange = '/cgi-bin/service/v2/get_permanent_code'
const renewals = ['/cgi-bin/service/get_suite_token', '/cgi-bin/service/get_corp_token']
const renewalMs = 60
const longestAtRandomMs = 500
/** A start takes about this long; a machine that is slower is killed earlier in it. */
const startMs = 250

export const createMoments = (town: Town, dataDir: string, random: Random): Moment[] => {
  const { simulator, suite } = town
  const ofSuite = documentName(suite.suiteId)

  /** Most lives are short: more of them fit into a campaign. */
  const soon = (mostMs: number) => systemClock.sleep(random() ** 2 * mostMs)

  /** The first of these that happens: a listener gets what tells so, and gives what ends it. */
  const once = (signal: AbortSignal, listen: (happened: () => void) => () => void) =>
    new Promise<void>((resolve) => {
      const end = listen(() => {
        end()
        resolve()
      })
      signal.addEventListener('abort', () => {
        end()
        resolve()
      })
    })

  const call = (signal: AbortSignal, paths: readonly string[], wanted: 'came' | 'answered') =>
    once(signal, (happened) =>
      town.onCall((path, stage, errcode) => {
        if (paths.includes(path) && stage === wanted && !errcode) happened()
      }),
    )

  const file = (signal: AbortSignal, folders: readonly string[], fits: RegExp) =>
    once(signal, (happened) => {
      const watchers: FSWatcher[] = folders.map((folder) => {
        mkdirSync(join(dataDir, folder), { recursive: true, mode: 0o700 })
        return watch(join(dataDir, folder), (_, name) => {
          if (fits.test(String(name))) happened()
        })
      })
      return () => {
        for (const watcher of watchers) watcher.close()
      }
    })

  const withFault = async (
    fault: Parameters<typeof simulator.faults.add>[0],
    waiting: () => Promise<void>,
  ) => {
    const { id } = simulator.faults.add(fault)
    await waiting()
    simulator.faults.remove(id)
  }

  const precious = ['suites', `corps/${ofSuite}`]

  return [
    { name: 'at any time', comes: () => soon(longestAtRandomMs) },
    { name: 'while it starts', whileStarting: true, comes: () => soon(startMs) },
    {
      name: 'as a message is appended, before its answer',
      comes: async (signal) => {
        await soon(longestAtRandomMs)
        await file(signal, ['.'], /^events\.sqlite-wal$/)
      },
    },
    {
      name: 'after WeCom made a permanent code, before its answer is here',
      comes: (signal) =>
        withFault({ path: exchange, afterEffect: true, hang: true, times: 1 }, () =>
          call(signal, [exchange], 'came'),
        ),
    },
    {
      name: 'after WeCom’s answer with a permanent code, about when it is saved',
      comes: async (signal) => {
        await call(signal, [exchange], 'answered')
        await soon(12)
      },
    },
    {
      name: 'as a document is written, before it takes its place',
      comes: async (signal) => {
        await soon(longestAtRandomMs)
        await file(signal, precious, /\.json\.tmp$/)
      },
    },
    {
      name: 'as a document takes its place',
      comes: async (signal) => {
        await soon(longestAtRandomMs)
        await file(signal, precious, /\.json\.tmp$/)
        await soon(6)
      },
    },
    {
      name: 'as a document has taken its place, before its event is settled',
      comes: async (signal) => {
        await soon(longestAtRandomMs)
        await file(signal, [`corps/${ofSuite}`], /\.json$/)
      },
    },
    {
      name: 'as a company’s tokens are erased or written',
      comes: async (signal) => {
        await soon(longestAtRandomMs)
        await file(signal, [`tokens/${ofSuite}`], /\.json$/)
      },
    },
    {
      name: 'during a renewal',
      comes: async (signal) => {
        const ids = renewals.map((path) => simulator.faults.add({ path, delayMs: renewalMs }).id)
        await call(signal, renewals, 'came')
        await soon(1.5 * renewalMs)
        for (const id of ids) simulator.faults.remove(id)
      },
    },
  ]
}
