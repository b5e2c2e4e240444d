import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { addCompany } from '../../src/simulator/world/create-world'
import { type FileContent, hangUp, writeSettings } from './settings-file'
import { localTop } from './several-suites'
import { adminToken, type LogLine, listening, pageUrl, type Suited } from './suited'
import { until } from './until'
import type { Wecom } from './wecom'
import { useWorkshop, type Workshop } from './workshop'

/** One service, set back to these settings before each case. */
const site = useWorkshop(afterAll)
const workshop = useWorkshop()

interface Stage {
  readonly wecom: Wecom
  readonly suited: Suited
  readonly folder: string
  readonly top: NonNullable<FileContent['top']>
}

const start = async (place: Workshop): Promise<Stage> => {
  const wecom = place.wecom()
  const { suite, simulator } = wecom
  const folder = await place.folder()
  const top = {
    ...localTop(wecom),
    token: suite.token,
    encoding_aes_key: suite.encodingAesKey,
    suite_id: suite.suiteId,
    suite_secret: suite.suiteSecret,
    provider_corpid: simulator.world.provider.corpid,
    trusted_domains: 'app.example.com',
  }
  const config = writeSettings(folder, { top })
  const suited = await listening(await place.start(['serve', '--config', config], { cwd: folder }))
  wecom.pushTo(suited)
  await wecom.giveTicket(suited)
  return { wecom, suited, folder, top }
}

let shared: Stage
let { wecom, suited, folder, top } = {} as Stage

beforeAll(async () => {
  shared = await start(site)
})

beforeEach(async () => {
  ;({ wecom, suited, folder, top } = shared)
  Object.assign(wecom.suite, {
    token: top.token,
    encodingAesKey: top.encoding_aes_key,
    suiteSecret: top.suite_secret,
  })
  await change({})
})

/** Enters other values and has them read. */
const change = (more: NonNullable<FileContent['top']>): Promise<LogLine[]> => {
  writeSettings(folder, { top: { ...top, ...more } })
  return hangUp(suited)
}

const statusWith = async (token: string) => {
  const headers = { authorization: `Bearer ${token}` }
  return (await fetch(`${suited.url}/api/status`, { headers })).status
}

const newPair = { token: 'AnotherToken', encoding_aes_key: 'B'.repeat(43) }

/** From now on WeCom seals with the new pair. */
const rotate = () =>
  Object.assign(wecom.suite, { token: newPair.token, encodingAesKey: newPair.encoding_aes_key })

describe('SIGHUP brings without a restart', () => {
  test('a new Token beside the one before, whose last use is told until it may go', async () => {
    const { pusher } = wecom.simulator
    const [corpid] = wecom.corpids
    const { token: previous_token, encoding_aes_key: previous_encoding_aes_key } = top
    const lastUse = async () => (await suited.ask('/api/status')).suites[0].previousPairUsedAt
    const message = (text: string) => pusher.message(wecom.suiteId, corpid, { text })

    await change({ ...newPair, previous_token, previous_encoding_aes_key })
    expect(await lastUse()).toBeNull()
    expect(await message('before')).toMatchObject({ ok: true, attempts: 1 })
    const used = await lastUse()
    expect(used).toBeNumber()
    const told = () => suited.logs().filter(({ message }) => message.includes('previous Token'))
    await until('a line that tells of it', () => told().length > 0)
    expect(told()).toMatchObject([{ suite: 'default' }])

    const { startedAt } = await suited.ask('/api/status')
    await change({ ...newPair, previous_token, previous_encoding_aes_key, trusted_domains: [] })
    expect(await lastUse()).toBe(used)
    expect((await suited.ask('/api/status')).startedAt).toBe(startedAt)

    rotate()
    expect(await message('after')).toMatchObject({ ok: true, attempts: 1 })
    expect(await lastUse()).toBe(used)
    const url = `${suited.url}/callback/command`
    expect(await pusher.checkUrl(wecom.suiteId, url)).toMatchObject({ ok: true })

    await change(newPair)
    expect(await message('alone')).toMatchObject({ ok: true, attempts: 1 })
    const { items } = await suited.ask('/api/events?type=text')
    expect(items.map(({ payload }: { payload: { Content: string } }) => payload.Content)).toEqual([
      'alone',
      'after',
      'before',
    ])
  })

  test('a new secret', async () => {
    const { simulator, suite } = wecom
    suite.suiteSecret = 'the-new-secret-of-the-suite'
    simulator.killTokens()
    const path = '/api/suites/default/access-token'
    const { accessToken: dead } = await suited.ask(path)
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ dead }),
    }
    expect(await suited.ask(path, init)).toMatchObject({ code: 'wecom_error', errcode: 40080 })
    await change({ suite_secret: suite.suiteSecret })
    expect((await suited.ask(path, init)).accessToken).toBeString()
    expect(simulator.calls.count({ errcode: 40080 })).toBe(1)
  })

  test('a new admin token, and the one before is good no more', async () => {
    const other = 'another-admin-token-of-some-length'
    await change({ admin_token: other })
    expect([await statusWith(other), await statusWith(adminToken)]).toEqual([200, 401])
  })

  test('a new rate for each address', async () => {
    const statuses = async (times: number) => {
      const seen: number[] = []
      for (let i = 0; i < times; i++) seen.push((await suited.sign('wpNobody')).status)
      return seen
    }
    await change({ rate_limit: 3 })
    expect(await statuses(4)).toEqual([404, 404, 404, 429])
    await change({ rate_limit: 5 })
    expect(await statuses(6)).toEqual([404, 404, 404, 404, 404, 429])
    await change({ rate_limit: 0 })
    expect(new Set(await statuses(20))).toEqual(new Set([404]))
  })

  test('a new trusted domain', async () => {
    const [corpid] = wecom.corpids
    await wecom.install(suited, corpid)
    const url = 'https://new.example.com/page'
    const query = new URLSearchParams({ corpid, url })
    const sign = () => fetch(`${suited.url}/sign?${query}`)
    expect(await (await sign()).json()).toMatchObject({ code: 'url_not_trusted' })
    await change({ trusted_domains: ['app.example.com', 'new.example.com'] })
    expect((await sign()).status).toBe(200)
    expect((await suited.sign(corpid)).status).toBe(200)
  })
})

test('SIGHUP reads an environment file again that --env-file names, and a wrong one changes nothing', async () => {
  const path = join(await workshop.folder(), 'suited.env')
  const { settings } = workshop.wecom()
  const write = (more: Record<string, string>) =>
    writeFileSync(
      path,
      Object.entries({ ...settings, ...more })
        .map(([name, value]) => `${name}="${value}"\n`)
        .join(''),
    )
  write({})
  suited = await listening(await workshop.start(['serve', '--env-file', path]))
  const other = 'another-admin-token-of-some-length'
  write({ SUITED_ADMIN_TOKEN: other })
  await hangUp(suited)
  expect([await statusWith(other), await statusWith(adminToken)]).toEqual([200, 401])
  write({ SUITED_ADMIN_TOKEN: 'short' })
  const said = await hangUp(suited)
  expect(said.find(({ level }) => level === 'error')).toMatchObject({
    problems: [expect.stringContaining('SUITED_ADMIN_TOKEN')],
  })
  expect(await statusWith(other)).toBe(200)
})

describe('SIGHUP changes nothing', () => {
  test.each<[string, string, string[]]>([
    ['is no TOML', 'token = "mistake', ['suited.toml']],
    [
      'holds wrong values',
      'token = "mistake!"\nencoding_aes_key = "mistake"',
      ['token', 'encoding_aes_key'],
    ],
    ['is empty', '', ['WECOM_TOKEN']],
  ])('if the file %s: the log names each mistake without its value', async (_, text, named) => {
    writeSettings(folder, text)
    const said = await hangUp(suited)
    const error = said.find(({ level }) => level === 'error')
    const problems = (error!.problems as string[]).map((problem) =>
      basename(problem.split(' ')[0]!),
    )
    expect(problems.sort()).toEqual(named.sort())
    expect(JSON.stringify(said)).not.toContain('mistake!')
    expect(await statusWith(adminToken)).toBe(200)
    expect(await wecom.simulator.pusher.pushTicket(wecom.suiteId)).toMatchObject({ ok: true })
    // The next good file counts.
    await change({})
    expect(await statusWith(adminToken)).toBe(200)
  })

  test('of what only a start can change, and names it', async () => {
    const said = await change({ port: 1, data_dir: 'elsewhere', log_level: 'debug' })
    const line = said.find(({ settings }) => settings !== undefined)
    expect(new Set(line?.settings as string[])).toEqual(
      new Set(['SUITED_DATA_DIR', 'SUITED_LOG_LEVEL', 'SUITED_PORT']),
    )
    await wecom.giveTicket(suited)
    expect((await change({})).find(({ settings }) => settings !== undefined)).toBeUndefined()
  })
})

test('callbacks and pages don’t notice it: while settings change, none is lost or slow', async () => {
  ;({ wecom, suited, folder, top } = await start(workshop))
  const { simulator, suiteId, corpids } = wecom
  const { pusher, world } = simulator
  const [signer] = corpids
  await wecom.install(suited, signer)
  const newcomers = Array.from({ length: 25 }, () => addCompany(world).corpid)
  let going = true
  const signing = async () => {
    const statuses = new Set<number>()
    while (going) statuses.add((await suited.sign(signer)).status)
    return [...statuses]
  }
  const installing = async () => {
    const pushes: unknown[] = []
    for (const [i, corpid] of newcomers.entries()) {
      const { push } = await pusher.install(suiteId, corpid)
      const message = await pusher.message(suiteId, corpid, { text: `message ${i}` })
      for (const { ok, attempts } of [push!, message]) pushes.push([ok, attempts])
    }
    going = false
    return pushes
  }
  const changing = async () => {
    let changes = 0
    while (going) {
      await change({
        rate_limit: 0,
        trusted_domains: ['app.example.com', `host${changes}.example.com`],
      })
      changes += 1
    }
    return changes
  }
  const [statuses, pushes, changes] = await Promise.all([signing(), installing(), changing()])
  expect(statuses).toEqual([200])
  expect(pushes).toEqual(pushes.map(() => [true, 1]))
  expect(changes).toBeGreaterThan(2)
  await until('all to be authorised', async () => {
    const { suites, events } = await suited.ask('/api/status')
    return suites[0].corps.authorized === newcomers.length + 1 && events.pending === 0
  })
  const { items } = await suited.ask('/api/events?type=text&limit=200')
  expect(items).toHaveLength(newcomers.length)
  expect(suited.logs().filter(({ level }) => level === 'error')).toEqual([])
  const answer = await fetch(
    `${suited.url}/sign?${new URLSearchParams({ corpid: newcomers[0]!, url: pageUrl })}`,
  )
  expect(answer.status).toBe(200)
})
