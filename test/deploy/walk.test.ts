/**
 * The README and docs/deploy.md followed word for word, under a systemd of their own: what is
 * typed is read out of those pages. Each chapter goes on where the one before it ended, so all of
 * them are one test.
 */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { until } from '../binary/until'
import { type Box, startBox } from './box'
import { type Page, pageAt } from './steps'
import { describeWithSystemd } from './systemd'
import {
  carryOver,
  environmentFile,
  serviceOf,
  serviceUrl,
  shown,
  startWecom,
  wecomOf,
  wecomUrl,
} from './vm'

const good = [{ ok: true }, { ok: true }]

describeWithSystemd('the README and docs/deploy.md, word for word', () => {
  let box: Box
  let readme: Page
  let deploy: Page
  let corpid = ''
  const service = () => serviceOf(box)
  const owners = async (folder: string) =>
    (await box.run(`find ${folder} -printf '%u:%g %m %y\\n' | sort -u`)).trim().split('\n')

  const chapters: { title: string; go: () => Promise<void> }[] = []
  const chapter = (title: string, go: () => Promise<void>) => void chapters.push({ title, go })

  beforeAll(async () => {
    readme = await pageAt('README.md')
    deploy = await pageAt('docs/deploy.md')
    box = await startBox()
  }, 60_000)
  afterAll(() => box.stop(), 60_000)

  chapter(
    'the first steps end with a service that is ready, enabled, and no one’s but its user’s',
    async () => {
      await carryOver(box, readme.block('scp '))
      await box.run(readme.block('useradd'))
      await box.run(readme.block('suited keygen'))
      expect((await box.run('systemctl is-enabled suited')).trim()).toBe('enabled')
      expect(await owners('/etc/suited')).toEqual(['root:root 600 f', 'root:root 700 d'])
      expect(await owners('/var/lib/suited')).toEqual([
        'suited:suited 600 f',
        'suited:suited 700 d',
      ])

      const status = await box.run(`cat /proc/${await service().pid()}/status`)
      const user = (await box.run('id -u suited')).trim()
      expect(/^Uid:\t(\d+)/m.exec(status)?.[1]).toBe(user)
      expect(/^CapEff:\t(\w+)/m.exec(status)?.[1]).toBe('0000000000000000')
      expect(/^Seccomp:\t(\d)/m.exec(status)?.[1]).toBe('2')
      expect(await box.run(`grep core /proc/${await service().pid()}/limits`)).toMatch(/ 0 +0 /)
    },
  )

  chapter('systemd finds no fault with the unit', async () => {
    const { code, stdout, stderr } = await box.attempt(
      'systemd-analyze verify /etc/systemd/system/suited.service',
    )
    expect({ code, said: stdout + stderr }).toEqual({ code: 0, said: '' })
  })

  chapter('a snapshot appears outside of the state folder', async () => {
    const folder = '/var/backups/suited'
    await until('a snapshot', async () => (await box.run(`ls ${folder}`)).endsWith('.export\n'))
    expect(await owners(folder)).toEqual(['suited:suited 600 f', 'suited:suited 700 d'])
  })

  chapter('the URLs as pasted pass WeCom’s check, though no suite id is known', async () => {
    await startWecom(box)
    await box.run(`echo WECOM_API_URL=${wecomUrl} >>${environmentFile}`)
    const pasted = (field: string) =>
      readme.pasted(field).replace('https://gw.example.com', serviceUrl)
    await box.run('systemctl restart suited')
    await service().ready()
    const checks = await wecomOf(box).saveUrls({
      commandUrl: pasted('指令回调URL'),
      dataUrl: pasted('数据回调URL'),
      systemUrl: pasted('系统事件接收URL'),
    })
    const ok = { ok: true }
    expect(checks).toMatchObject({ commandUrl: ok, dataUrl: ok, systemUrl: ok })
  })

  chapter(
    'with what the console shows then, a ticket comes, a company installs, and its page is signed',
    async () => {
      const known = readme.block('WECOM_SUITE_ID=…')
      const entered = known.replaceAll(/(\w+)=…/g, (_, name: keyof typeof shown) => {
        return `${name}=${shown[name]}`
      })
      await box.run(entered)
      await service().ready()
      expect(await wecomOf(box).pushTicket()).toMatchObject({ ok: true })
      corpid = await wecomOf(box).firstCompany()
      expect(await wecomOf(box).install(corpid)).toMatchObject({ push: { ok: true } })
      await until('the authorisation', async () => {
        const corp = await service().operate(`/api/corps/${corpid}`)
        return corp.status === 'authorized' && corp.agentid !== null
      })
      expect(await service().signs(corpid)).toEqual(good)
      await box.run(readme.block('suited status'))
    },
  )

  chapter('a reload reads the settings again, in the same process', async () => {
    const pid = await service().pid()
    await box.run('systemctl reload suited')
    await until('its word', async () =>
      (await service().journal()).includes('the settings were read again'),
    )
    expect(await service().pid()).toBe(pid)
  })

  chapter('however often it is killed it comes back, and signs', async () => {
    for (let i = 0; i < 3; i++) {
      const pid = await service().pid()
      await box.run(`kill -9 ${pid}`)
      await until('another process', async () => ![0, pid].includes(await service().pid()))
    }
    await service().ready()
    expect(await service().signs(corpid)).toEqual(good)
  })

  chapter('wrong settings leave it stopped, with exit code 78', async () => {
    await box.run(`cp -p ${environmentFile} /root/kept; echo SUITED_PORT=none >>${environmentFile}`)
    await box.attempt('systemctl restart suited')
    await until('its end', async () => (await service().show('ActiveState')) === 'failed')
    expect(await service().show('ExecMainStatus')).toBe('78')
    await box.run(`mv /root/kept ${environmentFile}; systemctl start suited`)
    await service().ready()
  })

  chapter('a data folder of another user leaves it stopped, with exit code 77', async () => {
    await box.run(
      `install -d -m 755 /srv/others; cp -p ${environmentFile} /root/kept; echo SUITED_DATA_DIR=/srv/others >>${environmentFile}`,
    )
    await box.attempt('systemctl restart suited')
    await until('its end', async () => (await service().show('ActiveState')) === 'failed')
    expect(await service().show('ExecMainStatus')).toBe('77')
    await box.run(`mv /root/kept ${environmentFile}; systemctl start suited`)
    await service().ready()
  })

  chapter('an upgrade replaces the program while it runs, where cp could not', async () => {
    const copied = await box.attempt('cp suited /usr/local/bin/suited')
    expect(copied.stderr).toContain('Text file busy')
    const pid = await service().pid()
    await box.run(deploy.block('suited.new'))
    expect(await service().pid()).not.toBe(pid)
    const program = await box.run(`readlink /proc/${await service().pid()}/exe`)
    expect(program.trim()).toBe('/usr/local/bin/suited')
    expect(await service().signs(corpid)).toEqual(good)
  })

  chapter('a key is changed by root, and the folder stays the service’s', async () => {
    await box.run(deploy.block('suited rekey'))
    expect(await owners('/var/lib/suited')).toEqual(['suited:suited 600 f', 'suited:suited 700 d'])
    await box.run(deploy.block('/d'))
    await box.run('systemctl restart suited')
    await service().ready()
    expect(await service().signs(corpid)).toEqual(good)
  })

  chapter(
    'a backup by hand, and a snapshot restored into an empty folder, sign again',
    async () => {
      await box.run(deploy.block('suited export'))
      await box.run('rm /var/backups/suited/suited-*.export; systemctl restart suited')
      await until('a new snapshot', async () =>
        (await box.run('ls /var/backups/suited')).includes('suited-'),
      )
      await box.run(deploy.block('suited.before'))
      await box.run(deploy.block('suited import'))
      expect(await owners('/var/lib/suited')).toEqual([
        'suited:suited 600 f',
        'suited:suited 700 d',
      ])
      expect(await service().signs(corpid)).toEqual(good)
    },
  )

  chapter('a stop ends it by itself, with exit code 0', async () => {
    await box.run('systemctl stop suited')
    expect(await service().show('Result')).toBe('success')
    expect(await service().show('ExecMainStatus')).toBe('0')
  })

  test('lead from nothing to a signature, and through all that comes later', async () => {
    for (const { title, go } of chapters) {
      await go().catch((cause) => {
        throw new Error(`Failed: ${title}`, { cause })
      })
    }
  }, 300_000)
})
