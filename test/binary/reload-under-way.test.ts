import { expect, test } from 'bun:test'
import { buildMessage } from '../../src/simulator/catalogue/catalogue'
import { pushRequest } from '../../src/simulator/push/sealing'
import { authorize } from '../../src/simulator/world/installations'
import { hangUp, writeSettings } from './settings-file'
import { localTop, suiteTable } from './several-suites'
import { openSocket } from './socket'
import { listening } from './suited'
import { until } from './until'
import { authorised, type Wecom } from './wecom'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()

/** The request of a create_auth, as bytes. */
const createAuth = ({ simulator, suite, suiteId }: Wecom, url: string, corpid: string): string => {
  const { world } = simulator
  const { authCode } = authorize(world, suiteId, corpid)
  const example = {
    suiteId,
    corpid,
    providerCorpid: world.provider.corpid,
    agentid: 1,
    userid: 'woA',
    timestamp: Math.floor(world.clock.now() / 1000),
    serial: '1',
  }
  const { xml } = buildMessage('create_auth', example, { AuthCode: authCode.value })!
  const toSeal = {
    sealer: suite,
    message: xml,
    receiveId: suiteId,
    toUserName: suiteId,
    agentId: '',
  }
  const request = pushRequest(world, `${url}/callback/command`, toSeal)
  const { pathname, search, host } = new URL(request.url)
  const body = String(request.init.body)
  const head = [`POST ${pathname}${search} HTTP/1.1`, `Host: ${host}`, 'Connection: close']
  return `${[...head, `Content-Length: ${Buffer.byteLength(body)}`].join('\r\n')}\r\n\r\n${body}`
}

test('a callback that is half here when SIGHUP comes is taken, and worked on at once', async () => {
  const wecom = workshop.wecom()
  const cwd = await workshop.folder()
  const content = { top: localTop(wecom), suites: [suiteTable('crm', wecom.suite)] }
  const config = writeSettings(cwd, content)
  const suited = await listening(await workshop.start(['serve', '--config', config], { cwd }))
  wecom.pushTo(suited)
  await wecom.giveTicket(suited)
  const [corpid] = wecom.corpids

  const bytes = createAuth(wecom, suited.url, corpid)
  const half = bytes.length - 50
  const socket = await openSocket(suited.url, bytes.slice(0, half))
  let answer = ''
  socket.on('data', (data) => {
    answer += data.toString()
  })
  await hangUp(suited)
  const began = performance.now()
  socket.write(bytes.slice(half))
  await until('the answer', () => answer.endsWith('success'))
  await until('the authorisation', () => authorised(suited, corpid))
  expect(performance.now() - began).toBeLessThan(10_000)
  socket.destroy()
})
