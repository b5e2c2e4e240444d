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

/** However slow a machine is, so many are waited for. */
const leastMessages = 20
/** Those of the folder and of the suite, and of each company its authorisation and its tokens. */
const mostDocuments = (companies: number) => 4 + 2 * companies

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
    const began = systemClock.now()
    suite.commandUrl = `${suited.url}/callback/command`
    suite.dataUrl = `${suited.url}/callback/data/$CORPID$`
    await simulator.pusher.pushTicket(suite.suiteId)
    const deeds = createDeeds(town, suited, random, !long)
    for (const corpid of deeds.stayers) await simulator.pusher.install(suite.suiteId, corpid)
    const nothingPending = async () => (await suited.ask('/api/status')).events.pending === 0
    await until('an empty event log', nothingPending)

    const { pid } = suited.process
    const life = liveAtPace(pace, deeds.all, random)
    const vitals: Vitals[] = []
    const sizes: Awaited<ReturnType<typeof sizesOf>>[] = []
    for (let look = 0; look < looks; look++) {
      await systemClock.sleep(lastsMs / looks)
      const now = await vitalsOf(pid)
      if (now) vitals.push(now)
      sizes.push(await sizesOf(dataDir))
    }
    while (life.done['a member writes'] < leastMessages) await systemClock.sleep(secondMs / 10)
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

    // Each token is fetched once a life, a sixth of it early; guests fetch some of their own.
    const mostFetches = (owners: number) => owners * (lives * 1.25 + 2) + 4 * deeds.visits()
    const fetched = (path: string) => asked[`/cgi-bin/service/${path}`] ?? 0
    const grown = (what: keyof Vitals) => growthOf(vitals.map((seen) => seen[what]))
    const { lost, twice } = kept
    const promises: Record<string, boolean> = {
      [`all that happens ends well: ${life.failed.slice(0, 9)}`]: life.failed.length === 0,
      [`no event is lost: ${lost}`]: lost.length === 0,
      [`none is there twice: ${twice}`]: twice.length === 0,
      'there are events': kept.events >= leastMessages,
      'no event is dead': events.dead === 0,
      [`the service ends by itself: ${exitCode}`]: exitCode === 0,
      'one suite token a life': fetched('get_suite_token') < mostFetches(1),
      'one token a life and company': fetched('get_corp_token') < mostFetches(deeds.stayers.length),
      'a short write-ahead log': figures.files.highestWalBytes < mostWalBytes,
      'as many documents as companies': left.documents <= mostDocuments(town.corpids.length),
      // Seconds tell nothing of growth.
      ...(long && {
        'documents don’t become more': growthOf(sizes.map(({ documents }) => documents)) <= 3,
        'small events': left.eventBytes / kept.events < mostBytesPerEvent,
        'memory doesn’t grow': grown('rssKib') < mostGrowthKib,
        'descriptors don’t become more': grown('descriptors') < 16,
      }),
    }
    const broken = Object.keys(promises).filter((promise) => !promises[promise])
    expect(broken.map((promise) => `${promise}\n${JSON.stringify(figures)}`)).toEqual([])
  },
  lastsMs + 5 * minuteMs,
)
