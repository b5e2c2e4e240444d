import { expect, test } from 'bun:test'
import { settingsIn } from './printed-settings'
import { adminToken } from './suited'
import { until } from './until'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()

/** Their example codes open nothing: what comes of them is told elsewhere. */
const withCodes = ['create_auth', 'reset_permanent_code']

test('every message that the simulator knows is taken by a service with the settings that it prints, and understood', async () => {
  const ready = await workshop.start(['simulate', '--port', '0'])
  await until('its companies', () => ready.stdout.includes('Companies:'))
  const printed = settingsIn(ready.stdout)
  const suited = await workshop.serve({
    ...printed,
    SUITED_HOST: '127.0.0.1',
    SUITED_PORT: '0',
    SUITED_ADMIN_TOKEN: adminToken,
  })
  const tell = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${printed.WECOM_API_URL}/simulator${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    return answer.json() as Promise<{ ok: boolean; items: string[] }>
  }
  const saved = await tell('PUT', '/urls', {
    commandUrl: `${suited.url}/callback/command`,
    dataUrl: `${suited.url}/callback/data/$CORPID$`,
    systemUrl: `${suited.url}/callback/system`,
  })
  expect(saved).toMatchObject({
    commandUrl: { ok: true },
    dataUrl: { ok: true },
    systemUrl: { ok: true },
  })

  const { items: types } = await tell('GET', '/types')
  expect(types.length).toBeGreaterThan(80)
  for (const type of types) {
    expect([type, await tell('POST', `/push/${type}`, {})]).toMatchObject([type, { ok: true }])
  }

  const known = new Map<string, string>()
  let cursor = ''
  do {
    const page = await suited.ask(`/api/events?limit=200${cursor}`)
    for (const { type, status } of page.items) known.set(type, status)
    cursor = page.next === null ? '' : `&cursor=${encodeURIComponent(page.next)}`
  } while (cursor !== '')
  const readAs = (type: string) =>
    type.startsWith('event.') ? type.split('.').slice(0, 2).join('.') : type.split('.')[0]!
  const expected = new Set(types.map(readAs))
  // A ticket is state, not an event.
  expected.delete('suite_ticket')
  const ours = [...known.keys()].filter((type) => !type.startsWith('suited.'))
  expect(new Set(ours)).toEqual(expected)
  const unsettled = [...known].filter(
    ([type, status]) => status === 'dead' && !withCodes.includes(type),
  )
  expect(unsettled).toEqual([])
  expect((await suited.ask('/api/status')).suites[0].ticketReceivedAt).toBeNumber()
})
