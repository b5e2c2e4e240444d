/** Work at the wish of strangers has a bound, and the honest are served meanwhile. */
import { describe, expect, test } from 'bun:test'
import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { vitalsOf } from '../hostile/vitals'
import { openSocket } from './socket'
import { adminToken, type Suited } from './suited'
import { until } from './until'
import type { Wecom } from './wecom'
import { useWorkshop } from './workshop'

const long = Bun.env.SUITED_LONG_TESTS === '1'

/** Connections at once, where a siege is of many. */
const many = long ? 2000 : 150

const workshop = useWorkshop()

const service = async (): Promise<{ wecom: Wecom; suited: Suited }> => {
  const wecom = workshop.wecom()
  return { wecom, suited: await workshop.serviceFor(wecom, await workshop.folder()) }
}

const almostMib = 1024 * 1024 - 1
/** What one came to on a busy machine was 84 MiB for announced bodies, 157 MiB for chunked ones. */
const mostMib = 230

/** The most memory that the process ever had; null where there is no /proc. */
const peakMib = async (suited: Suited): Promise<number | null> => {
  const status = await readFile(`/proc/${suited.process.pid}/status`, 'utf8').catch(() => null)
  return status === null ? null : Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1024
}

const wellShaped = () =>
  `/callback/command?msg_signature=${'0'.repeat(40)}&timestamp=${Math.floor(Date.now() / 1000)}&nonce=2`

/** What a socket was told, by the status of each answer. */
const toldTo = (sockets: readonly Socket[]) => {
  const told = new Map<string, number>()
  for (const socket of sockets) {
    socket.on('data', (data) => {
      const status = /^HTTP\/1\.1 (\d+)/.exec(data.toString('latin1'))?.[1]
      if (status) told.set(status, (told.get(status) ?? 0) + 1)
    })
    socket.on('error', () => undefined)
  }
  return told
}

const body = Buffer.alloc(almostMib - 500, 'a')

/** Connections that each send nearly all of a body of nearly 1 MiB. */
const besiege = async (suited: Suited, connections: number, head: string): Promise<Socket[]> => {
  const sockets = await Promise.all(
    Array.from({ length: connections }, () => openSocket(suited.url, head)),
  )
  for (const socket of sockets) socket.write(body)
  return sockets
}

const announced = () =>
  `POST ${wellShaped()} HTTP/1.1\r\nHost: x\r\nContent-Length: ${almostMib}\r\n\r\n`
const chunked = () =>
  `POST ${wellShaped()} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n`

describe('bodies under way', () => {
  test.each([
    ['announced', long ? 1500 : 200, announced],
    ['in chunks', long ? 300 : 200, chunked],
  ] as const)('take a bounded part of the memory: %s, %i of them', async (_, connections, head) => {
    const { wecom, suited } = await service()
    const [corpid] = wecom.corpids
    await wecom.giveTicket(suited)
    await wecom.install(suited, corpid)
    const sockets = await besiege(suited, connections, head())
    const told = toldTo(sockets)
    // Who is cut off amid sending may never see the 503 that came before.
    await until('the end of what has no room', () => {
      return sockets.filter(({ closed }) => closed).length >= connections - 8
    })
    for (let at = 0; at < 5; at++) expect((await suited.sign(corpid)).status).toBe(200)
    expect((await wecom.simulator.pusher.pushTicket(wecom.suiteId)).ok).toBe(true)
    // Those that there was room for have their ten seconds.
    await until('the end of the others', () => (told.get('400') ?? 0) >= 8)
    expect(told.get('503')).toBeGreaterThan(0)
    expect([...told.keys()].sort()).toEqual(['400', '503'])
    const peak = await peakMib(suited)
    if (peak !== null) expect(peak).toBeLessThan(mostMib)
    for (const socket of sockets) socket.destroy()
  })

  test('as small as WeCom’s are read, however many are under way beside a siege', async () => {
    const { suited } = await service()
    const sockets = await besiege(suited, 50, announced())
    const small = `POST ${wellShaped()} HTTP/1.1\r\nHost: x\r\nContent-Length: 16384\r\n\r\n`
    const others = await Promise.all(
      Array.from({ length: 500 }, () => openSocket(suited.url, small)),
    )
    const told = toldTo(others)
    for (const socket of others) socket.write('x'.repeat(16_384))
    await until('all answers', () => (told.get('400') ?? 0) === 500)
    expect([...told]).toEqual([['400', 500]])
    for (const socket of [...sockets, ...others]) socket.destroy()
  })

  test(`that come no further are given up after ten seconds, ${many} at once`, async () => {
    const { wecom, suited } = await service()
    const begun = `POST ${wellShaped()} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n<xml>`
    const sockets = await Promise.all(
      Array.from({ length: many }, () => openSocket(suited.url, begun)),
    )
    const told = toldTo(sockets)
    await wecom.giveTicket(suited)
    await until('all refusals', () => told.get('400') === many)
    await until('the closing of all', async () => {
      const vitals = await vitalsOf(suited.process.pid)
      return vitals === null || vitals.descriptors < 100
    })
  })
})

describe(`${many} that ask for readiness without a pause`, () => {
  test('hold up neither the health check nor the end', async () => {
    const { suited } = await service()
    const ask = 'GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n'
    const sockets = await Promise.all(
      Array.from({ length: many }, () => openSocket(suited.url, ask)),
    )
    const told = toldTo(sockets)
    for (const socket of sockets) socket.on('data', () => socket.writable && socket.write(ask))
    await until('many answers', () => (told.get('200') ?? 0) > 3 * many)
    const checked = await workshop.run(['healthcheck', suited.url])
    expect(checked.stdout).toBe('ready\n')
    expect([...told.keys()]).toEqual(['200'])

    const since = performance.now()
    suited.process.signal('SIGTERM')
    expect(await suited.process.exited).toBe(0)
    // It gives up on whoever goes on after 8 seconds; the rest is for a busy machine.
    expect(performance.now() - since).toBeLessThan(20_000)
    for (const socket of sockets) socket.destroy()
  })
})

describe('an export', () => {
  const ask = `GET /api/export HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${adminToken}\r\n\r\n`
  const headers = { authorization: `Bearer ${adminToken}` }

  test('whose reader has gone stands in nobody’s way', async () => {
    const { suited } = await service()
    for (let at = 0; at < 20; at++) (await openSocket(suited.url, ask)).destroy()
    const status = await until('an export', async () => {
      const answer = await fetch(`${suited.url}/api/export`, { headers })
      await answer.bytes()
      return answer.status === 200 && answer.status
    })
    expect(status).toBe(200)
  })
})
