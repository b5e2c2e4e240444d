import { describe, expect, test } from 'bun:test'
import { createResolver, resolveAddresses } from '../../../src/delivery/send/resolve'

const failing = (code: string) => async () => {
  throw Object.assign(new Error('no'), { code })
}
const never = () => new Promise<readonly string[]>(() => undefined)
const knows = async () => ['192.0.2.1']

describe('the addresses of a host', () => {
  test('are those in DNS, and the system’s resolver is not asked', async () => {
    expect(await createResolver({ dns: knows, system: never })('a.example')).toEqual(['192.0.2.1'])
  })

  test.each(['DNS_ENOTFOUND', 'DNS_ENODATA'])(
    'are those that the system knows where DNS knows none: %s',
    async (code) => {
      const resolve = createResolver({ dns: failing(code), system: knows })
      expect(await resolve('a.local')).toEqual(['192.0.2.1'])
    },
  )

  test('are not asked of the system where DNS fails, for there it would take a thread', async () => {
    const resolve = createResolver({ dns: failing('DNS_ESERVFAIL'), system: never })
    expect(await resolve('a.example').catch(({ code }) => code)).toBe('DNS_ESERVFAIL')
  })

  test('are asked for once at a time, and anew afterwards', async () => {
    const asked: string[] = []
    const ends: (() => void)[] = []
    const dns = (host: string) => {
      asked.push(host)
      return new Promise<readonly string[]>((resolve) => ends.push(() => resolve([host])))
    }
    const resolve = createResolver({ dns, system: never })
    const both = [resolve('a.example'), resolve('a.example')]
    const other = resolve('b.example')
    for (const end of ends) end()
    expect(await Promise.all([...both, other])).toEqual([
      ['a.example'],
      ['a.example'],
      ['b.example'],
    ])
    expect(asked).toEqual(['a.example', 'b.example'])
    resolve('a.example')
    expect(asked).toHaveLength(3)
  })

  test('are found for a name of this machine', async () => {
    expect(await resolveAddresses('localhost')).toContain('127.0.0.1')
  })
})
