/**
 * A campaign: suited lives, is killed, starts again on the same folder, and is judged now and then.
 */
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { secondMs, systemClock } from '../../src/clock'
import { createSealing, withoutKey } from '../../src/store/driver/sealing'
import { documentName } from '../../src/store/file/folder/document-name'
import { type RunningProcess, startProcess } from '../binary/process'
import { adminToken, listening, logLines, pageUrl, type Suited } from '../binary/suited'
import { until } from '../binary/until'
import { freePort } from '../free-port'
import { createSeries } from '../scene'
import { createSecretSearch, type Secrets, secretsOf } from '../secrets-in-clear'
import { createTemporaryFolder } from '../store/temporary-folder'
import type { Figures } from './figures'
import { judge } from './judge'
import { createLife } from './life'
import { createMoments, type Moment } from './moments'
import { createTown } from './town'

export interface CampaignOptions {
  readonly binary: string
  readonly seed: number
  /** 32 bytes in base64, with which suited seals its secrets; null without. */
  readonly encryptionKey: string | null
  /** Asked before each kill. */
  goesOn(kills: number): boolean
}

const longestWaitMs = 2 * secondMs
const killsBetweenJudgements = 8
/** What the first one finds, more can happen to: on a slow machine, too, it comes soon. */
const killsBeforeTheFirst = 2

export const runCampaign = async (options: CampaignOptions): Promise<Figures> => {
  const { encryptionKey } = options
  const sealing =
    encryptionKey === null
      ? withoutKey
      : createSealing(
          { current: Buffer.from(encryptionKey, 'base64'), previous: null },
          randomBytes,
        )
  const random = createSeries(options.seed)
  const folder = await createTemporaryFolder()
  const dataDir = join(folder.path, 'data')
  const town = createTown(random)
  const { simulator, suite, ledger } = town
  const { suiteId } = suite
  const port = freePort()
  const origin = `http://127.0.0.1:${port}`
  suite.commandUrl = `${origin}/callback/command`
  suite.dataUrl = `${origin}/callback/data/$CORPID$`
  let known: ReadonlySet<string> = new Set()
  const life = createLife({ town, random, origin, known: (corpid) => known.has(corpid) })
  const moments = createMoments(town, dataDir, random)

  const figures = {
    kills: 0,
    moments: Object.fromEntries(moments.map(({ name }) => [name, { came: 0, missed: 0 }])),
    eventsAcknowledged: 0,
    ticketsAcknowledged: 0,
    comeAgain: 0,
    installsExchanged: 0,
    signaturesAccepted: 0,
    noticesCounted: 0,
    secretsGiven: 0,
    filesSearched: 0,
    eventsLost: [] as string[],
    ticketsBackwards: [] as string[],
    codesLost: [] as string[],
    codesInTheGap: [] as string[],
    notErased: [] as string[],
    appliedTwice: [] as string[],
    foldersNotOpened: [] as string[],
    secretsInFolder: [] as string[],
    secretsTold: [] as string[],
  }
  const authorised = new Set<string>()
  const settled = new Set<string>()
  const gap = new Set<string>()
  let lastTicket = 0
  /** All that was written to the log since the last judgement. */
  let told = ''

  const launched: RunningProcess[] = []
  const launch = (): RunningProcess => {
    const process = startProcess([options.binary, 'serve'], {
      cwd: folder.path,
      env: {
        WECOM_API_URL: town.url,
        WECOM_TOKEN: suite.token,
        WECOM_ENCODING_AES_KEY: suite.encodingAesKey,
        WECOM_SUITE_ID: suiteId,
        WECOM_SUITE_SECRET: suite.suiteSecret,
        WECOM_PROVIDER_CORPID: simulator.world.provider.corpid,
        SUITED_HOST: '127.0.0.1',
        SUITED_PORT: String(port),
        SUITED_DATA_DIR: dataDir,
        SUITED_ADMIN_TOKEN: adminToken,
        SUITED_TRUSTED_DOMAINS: 'app.example.com',
        SUITED_LOG_LEVEL: 'debug',
        ...(encryptionKey !== null && { SUITED_ENCRYPTION_KEY: encryptionKey }),
      },
    })
    launched.splice(0, 1, process)
    return process
  }

  const heard = (text: string) => {
    for (const { message, eventId } of logLines(text)) {
      if (message === 'a company authorised the app') {
        figures.installsExchanged += 1
        authorised.add(String(eventId))
      }
      if (message === 'an event came again') figures.comeAgain += 1
    }
  }

  /** The ticket in the folder must be one that came as late as any before, and any answered one. */
  const lookAtTicket = async () => {
    const path = join(dataDir, 'suites', `${documentName(suiteId)}.json`)
    const answered = ledger.newestTicket()
    const stands = await readFile(path, 'utf8').then(
      (text) => Number(JSON.parse(text).ticket.timeStampSeconds),
      () => 0,
    )
    if (stands < Math.max(answered, lastTicket)) {
      figures.ticketsBackwards.push(`${stands} stands after ${Math.max(answered, lastTicket)}`)
    }
    lastTicket = stands
  }

  const killed = async (process: RunningProcess) => {
    await process.kill()
    heard(process.stderr)
    told += process.stdout + process.stderr
    await lookAtTicket()
  }

  const start = async (process = launch()): Promise<Suited> => {
    try {
      return await listening(process)
    } catch (error) {
      figures.foldersNotOpened.push(String(error))
      throw error
    }
  }

  const killAt = async (moment: Moment) => {
    const process = launch()
    if (!moment.whileStarting) await start(process)
    const waiting = new AbortController()
    const late = systemClock.sleep(longestWaitMs, waiting.signal).then(() => waiting.abort())
    await moment.comes(waiting.signal)
    figures.moments[moment.name]![waiting.signal.aborted ? 'missed' : 'came'] += 1
    figures.kills += 1
    await killed(process)
    waiting.abort()
    await late
  }

  const everySecret = (): Secrets => {
    const secrets = new Map(secretsOf(simulator.world)).set(adminToken, 'admin token')
    return encryptionKey === null ? secrets : secrets.set(encryptionKey, 'encryption key')
  }

  /**
   * What is left may be details of companies whose code is saved: of one that left while nobody
   * took the news they are asked for until WeCom's refusal is confirmed, a minute later.
   */
  const onlyDetails = ({ type, corpid, attempts }: Record<string, unknown>) =>
    type !== 'cancel_auth' && corpid !== null && Number(attempts) > 0

  const settle = async () => {
    simulator.faults.clear()
    const [suited] = await Promise.all([start(), life.pause()])
    await life.giveTicket()
    await until('an event log with nothing to do', async () => {
      const { items } = await suited.ask('/api/events?status=pending&limit=200')
      const left = items.filter((item: Record<string, unknown>) => !onlyDetails(item))
      // What failed once would wait for seconds: it is tried again as an operator would.
      for (const { id, attempts } of left) {
        if (attempts > 0) await suited.ask(`/api/events/${id}/retry`, { method: 'POST' })
      }
      return left.length === 0
    })
    for (const corpid of town.corpids) {
      const answer = await suited.sign(corpid)
      if (answer.status !== 200) continue
      const signed = (await answer.json()) as {
        timestamp: number
        nonceStr: string
        signature: string
      }
      const page = { suiteId, corpid, type: 'config' as const, url: pageUrl, ...signed }
      if (simulator.acceptsSignature(page).ok) figures.signaturesAccepted += 1
    }
    await killed(suited.process)
    const secrets = everySecret()
    const verdict = await judge({ town, dataDir, sealing, secrets, authorised, settled })
    const inLog = createSecretSearch(secrets)(told)
    told = ''
    known = verdict.known
    figures.noticesCounted = verdict.noticesCounted
    figures.eventsLost.push(...verdict.eventsLost)
    figures.codesLost.push(...verdict.codesLost)
    figures.appliedTwice.push(...verdict.appliedTwice)
    figures.notErased.push(...verdict.notErased)
    figures.secretsInFolder = [...verdict.secretsInFolder]
    figures.secretsTold.push(...verdict.secretsInNames)
    figures.secretsTold.push(...inLog.map((secret) => `${secrets.get(secret)} in the log`))
    figures.secretsGiven = secrets.size
    figures.filesSearched += verdict.filesSearched
    for (const id of verdict.codesInTheGap) gap.add(id)
    figures.codesInTheGap = [...gap]
    figures.eventsAcknowledged = [...ledger.messages.values()].filter((m) => m.acknowledged).length
    figures.ticketsAcknowledged = ledger.ticketsTaken()
  }

  try {
    const first = await start()
    await life.giveTicket()
    await killed(first.process)
    while (options.goesOn(figures.kills)) {
      life.goOn()
      const most = figures.kills === 0 ? killsBeforeTheFirst : killsBetweenJudgements
      for (let n = 0; n < most && options.goesOn(figures.kills); n++) {
        await killAt(moments[Math.floor(random() * moments.length)]!)
      }
      await settle()
    }
    return figures
  } finally {
    const pausing = life.pause()
    await launched.at(-1)?.kill()
    await town.stop()
    await pausing
    await folder.remove()
  }
}
