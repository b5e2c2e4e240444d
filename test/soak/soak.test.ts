/**
 * Ordinary life at a hundred times its pace. `bun run test:long` goes on for SUITED_SOAK_MINUTES,
 * 60 unless given: a hundred hours of a dozen companies, tokens that live 72 seconds, a ticket
 * every six. SUITED_SOAK_SEED takes the choices of a former run.
 */
import { afterEach, expect, test } from 'bun:test'
import { minuteMs, secondMs, systemClock } from '../../src/clock'
import { adminToken } from '../binary/suited'
import { until } from '../binary/until'
import { useWorkshop } from '../binary/workshop'
import { createTown, type Town } from '../crash/town'
import { growthOf, type Vitals, vitalsOf } from '../hostile/vitals'
import { createSeries } from '../scene'
import { createDeeds } from './deeds'
import { liveAtPace } from './ordinary-hour'
import { keptOf, sizesOf } from './remains'

const long = Bun.env.SUITED_LONG_TESTS === '1'
const lastsMs = long ? Number(Bun.env.SUITED_SOAK_MINUTES ?? 60) * minuteMs : 6 * secondMs
const seed = Number(Bun.env.SUITED_SOAK_SEED ?? Date.now() % 1_000_000)

const pace = 100
const tokenLifeSeconds = 7200 / pace
const looks = 60

/** See the same bound of the hostile requests: what a garbage collector may come and go by. */
const mostGrowthKib = 16 * 1024
/** SQLite moves its write-ahead log into the file at 1,000 pages; readers may delay that. */
const mostWalBytes = 16 * 1024 * 1024
/** A body of a kilobyte, its event and its identity, with the indexes over them. */
const mostBytesPerEvent = 8 * 1024

const workshop = useWorkshop()
let town: Town | null = null
afterEach(async () => {
  await town?.stop()
  town = null
})

test(
  `ordinary life at ${pace} times its pace: every promise is kept, and nothing grows`,
  async () => {
    process.stdout.write(`soak with SUITED_SOAK_SEED=${seed}\n`)
    const random = createSeries(seed)
    town = createTown(random)
    const { simulator, suite } = town
    for (const kind of [
      'suite_access_token',
      'access_token',
      'jsapi_ticket',
      'agent_ticket',
    ] as const) {
      simulator.world.rules.lifetimesSeconds[kind] = tokenLifeSeconds
    }
    const asked: Record<string, number> = {}
    town.onCall((path, stage) => {
      if (stage === 'came') asked[path] = (asked[path] ?? 0) + 1
    })
    const dataDir = await workshop.folder()
    const suited = await workshop.serve({
      WECOM_API_URL: town.url,
      WECOM_TOKEN: suite.token,
      WECOM_ENCODING_AES_KEY: suite.encodingAesKey,
      WECOM_SUITE_ID: suite.suiteId,
      WECOM_SUITE_SECRET: suite.suiteSecret,
      WECOM_PROVIDER_CORPID: simulator.world.provider.corpid,
      SUITED_HOST: '127.0.0.1',
      SUITED_PORT: '0',
      SUITED_DATA_DIR: dataDir,
      SUITED_ADMIN_TOKEN: adminToken,
      SUITED_TRUSTED_DOMAINS: 'app.example.com',
    })
    suite.commandUrl = `${suited.url}/callback/command`
    suite.dataUrl = `${suited.url}/callback/data/$CORPID$`
    await simulator.pusher.pushTicket(suite.suiteId)
    const deeds = createDeeds(town, suited, random)
    for (const corpid of deeds.stayers) await simulator.pusher.install(suite.suiteId, corpid)
    const nothingPending = async () => (await suited.ask('/api/status')).events.pending === 0
    await until('an empty event log', nothingPending)

    const { pid } = suited.process
    const began = systemClock.now()
    const life = liveAtPace(pace, deeds.all, random)
    const vitals: Vitals[] = []
    const sizes: Awaited<ReturnType<typeof sizesOf>>[] = []
    for (let look = 0; look < looks; look++) {
      await systemClock.sleep(lastsMs / looks)
      const now = await vitalsOf(pid)
      if (now) vitals.push(now)
      sizes.push(await sizesOf(dataDir))
    }
    await life.stop()
    await until('an empty event log', nothingPending)
    const { events } = await suited.ask('/api/status')
    const seconds = (systemClock.now() - began) / secondMs
    suited.process.signal('SIGTERM')
    const exitCode = await suited.process.exited
    const kept = await keptOf(town, dataDir)
    const left = await sizesOf(dataDir)

    const lives = seconds / tokenLifeSeconds
    const figures = {
      seconds,
      done: life.done,
      failed: life.failed.length,
      kept: { events: kept.events, lost: kept.lost.length, twice: kept.twice.length },
      dead: events.dead,
      slowestMs: deeds.slowestMs,
      calls: asked,
      memoryKib:
        vitals.length === 0
          ? 'not measured: no /proc'
          : {
              first: vitals[0]?.rssKib,
              last: vitals.at(-1)?.rssKib,
              growth: growthOf(vitals.map(({ rssKib }) => rssKib)),
            },
      descriptors:
        vitals.length === 0
          ? 'not measured: no /proc'
          : {
              most: Math.max(...vitals.map(({ descriptors }) => descriptors)),
              growth: growthOf(vitals.map(({ descriptors }) => descriptors)),
            },
      files: { ...left, highestWalBytes: Math.max(...sizes.map(({ walBytes }) => walBytes)) },
    }
    process.stdout.write(`soak ${JSON.stringify(figures)}\n`)

    expect(life.failed).toEqual([])
    expect(kept).toMatchObject({ lost: [], twice: [] })
    expect(kept.events).toBeGreaterThan(20)
    expect(events.dead).toBe(0)
    expect(exitCode).toBe(0)
    // Each token is fetched once a life, a sixth of it early; guests fetch some of their own.
    const mostFetches = (owners: number) => owners * (lives * 1.25 + 2) + 4 * deeds.visits()
    expect(asked['/cgi-bin/service/get_suite_token'] ?? 0).toBeLessThan(mostFetches(1))
    expect(asked['/cgi-bin/service/get_corp_token'] ?? 0).toBeLessThan(
      mostFetches(deeds.stayers.length),
    )
    expect(Math.max(...sizes.map(({ walBytes }) => walBytes))).toBeLessThan(mostWalBytes)
    expect(growthOf(sizes.map(({ documents }) => documents))).toBeLessThanOrEqual(3)
    if (!long) return
    expect(left.eventBytes / kept.events).toBeLessThan(mostBytesPerEvent)
    if (vitals.length === 0) return
    expect(growthOf(vitals.map(({ rssKib }) => rssKib))).toBeLessThan(mostGrowthKib)
    expect(growthOf(vitals.map(({ descriptors }) => descriptors))).toBeLessThan(16)
  },
  lastsMs + 5 * minuteMs,
)
