/** A permanent code that is here and that no company's document can take. */
import { describe, expect, test } from 'bun:test'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { documentName } from '../../src/store/file/folder/document-name'
import { describeWithTool } from '../optional-tool'
import { hangUp } from './settings-file'
import { listening, type Suited } from './suited'
import { until } from './until'
import type { Wecom } from './wecom'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()

const corpsFolder = (wecom: Wecom, dataDir: string) =>
  join(dataDir, 'corps', documentName(wecom.suiteId))

/**
 * Lets a company install the app, and waits until its code was exchanged and could not be put
 * anywhere.
 */
const installInVain = async (wecom: Wecom, suited: Suited, corpid: string) => {
  const { push } = await wecom.simulator.pusher.install(wecom.suiteId, corpid)
  expect(push?.ok).toBe(true)
  const { lastError } = await until('a code that waits', async () => {
    const { items } = await suited.ask('/api/events?type=create_auth&status=pending')
    return items.find((event: { corpid: string | null }) => event.corpid === corpid) ?? null
  })
  expect(lastError).toContain('permanent code waits')
}

/** WeCom gives no second code for one auth_code: it can only be the one that was kept. */
const expectLanded = async (suited: Suited, corpid: string) => {
  await until('a signature', async () => (await suited.sign(corpid)).status === 200)
  const pending = '/api/events?type=create_auth&status=pending'
  await until('its end', async () => (await suited.ask(pending)).items.length === 0)
}

/** The kill comes first: nothing but the code's arrival can have brought it to the disk by then. */
const ends = ['SIGKILL', 'SIGTERM'] as const

describe('a damaged document whose company installs the app anew', () => {
  test('holds up the new code, which outlives kill -9 and a stop and lands when it is mended', async () => {
    const wecom = workshop.wecom()
    const dataDir = await workshop.folder()
    let suited = await workshop.serviceFor(wecom, dataDir)
    const [corpid] = wecom.corpids
    await wecom.giveTicket(suited)
    await wecom.install(suited, corpid)
    const path = join(corpsFolder(wecom, dataDir), `${documentName(corpid)}.json`)
    const whole = readFileSync(path, 'utf8')
    writeFileSync(path, whole.slice(0, whole.length / 2))

    await wecom.simulator.pusher.uninstall(wecom.suiteId, corpid)
    await installInVain(wecom, suited, corpid)
    for (const end of ends) {
      suited.process.signal(end)
      await suited.process.exited
      suited = await workshop.serviceFor(wecom, dataDir)
      expect((await suited.sign(corpid)).status).toBe(503)
    }
    writeFileSync(path, whole)
    await expectLanded(suited, corpid)
    expect(readFileSync(path, 'utf8')).not.toContain(JSON.parse(whole).permanentCode)
  })
})

/** Root heeds no mode of a file unless these are taken from it. */
const withoutPrivilege =
  process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search'] : []

describeWithTool(
  'setpriv',
  () => Bun.which('setpriv'),
  'a folder of companies that may not be written',
  () => {
    const start = async (wecom: Wecom, dataDir: string) => {
      const process = workshop.startProgram([...withoutPrivilege, workshop.binary(), 'serve'], {
        cwd: await workshop.folder(),
        env: { ...wecom.settings, SUITED_DATA_DIR: dataDir },
      })
      const suited = await listening(process)
      wecom.pushTo(suited)
      return suited
    }

    test('holds up a new one’s code, which outlives kill -9 and lands when it may', async () => {
      const wecom = workshop.wecom()
      const [installed, newcomer] = wecom.corpids
      const dataDir = await workshop.folder()
      let suited = await start(wecom, dataDir)
      await wecom.giveTicket(suited)
      await wecom.install(suited, installed)
      const folder = corpsFolder(wecom, dataDir)

      chmodSync(folder, 0o500)
      expect(await suited.ask('/readyz')).toMatchObject({
        status: 503,
        detail: expect.stringContaining('EACCES'),
      })
      await installInVain(wecom, suited, newcomer)
      await suited.process.kill()
      chmodSync(folder, 0o700)
      suited = await start(wecom, dataDir)
      await expectLanded(suited, newcomer)
      expect((await fetch(`${suited.url}/readyz`)).status).toBe(200)
    })
  },
)

const exchangePath = '/cgi-bin/service/v2/get_permanent_code'

describeWithTool(
  'prlimit',
  () => Bun.which('prlimit'),
  'a code that comes back when nothing can be written any more',
  (prlimit) => {
    const letFilesGrow = ({ process }: Suited, may: boolean) => {
      const limit = `--fsize=${may ? 'unlimited' : '0'}:unlimited`
      const set = Bun.spawnSync([prlimit, '--pid', String(process.pid), limit])
      if (set.exitCode !== 0) throw new Error(set.stderr.toString())
    }
    const errorsOf = (suited: Suited, of: string) =>
      suited.logs().filter(({ level, corpid }) => level === 'error' && corpid === of)

    /** The fault comes while WeCom answers, behind the look at both places. */
    const holdInMemory = async (wecom: Wecom, suited: Suited, corpid: string) => {
      const { faults, calls, pusher } = wecom.simulator
      const before = calls.count({ path: exchangePath })
      faults.add({ path: exchangePath, delayMs: 500, times: 1 })
      await pusher.install(wecom.suiteId, corpid)
      await until('an exchange', () => calls.count({ path: exchangePath }) > before)
      letFilesGrow(suited, false)
      await until('an error', () => errorsOf(suited, corpid).length > 0)
      expect(errorsOf(suited, corpid)).toMatchObject([{ kept: 'in memory' }])
    }

    test('outlives SIGHUP in memory, and is named as lost when suited stops', async () => {
      const wecom = workshop.wecom()
      const [first, second] = wecom.corpids
      const suited = await workshop.serviceFor(wecom, await workshop.folder())
      await wecom.giveTicket(suited)

      await holdInMemory(wecom, suited, first)
      await hangUp(suited)
      letFilesGrow(suited, true)
      await expectLanded(suited, first)

      await holdInMemory(wecom, suited, second)
      suited.process.signal('SIGTERM')
      expect(await suited.process.exited).toBe(0)
      const isLost = ({ message }: { message: string }) => message.includes('code is lost')
      expect(errorsOf(suited, first).filter(isLost)).toEqual([])
      expect(errorsOf(suited, second).filter(isLost)).toHaveLength(1)
    })
  },
)
