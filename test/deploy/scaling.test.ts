/** docs/scaling.md, its Chinese twin, and what deploy/ has for several replicas. */
import { describe, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { commands } from '../../src/commands/commands'
import { settingNames } from '../../src/config/settings'
import { localLinksIn, outlineOf } from '../conventions/markdown'
import { project, textOf } from '../conventions/sources'
import { pageAt } from './steps'

const pages = ['docs/scaling.md', 'docs/scaling.zh-CN.md']

test('both languages of docs/scaling.md have the same headings, commands and tables', async () => {
  const [one, other] = await Promise.all(pages.map(async (path) => outlineOf(await textOf(path))))
  expect(one?.codeBlocks.length).toBeGreaterThan(8)
  expect(other?.codeBlocks).toEqual([...(one?.codeBlocks ?? [])])
  expect(other?.headingLevels).toEqual([...(one?.headingLevels ?? [])])
  expect(other?.tables.map((rows) => rows.length)).toEqual(one?.tables.map((rows) => rows.length))
})

test.each(pages)('%s leads nowhere that is not there', async (path) => {
  const links = localLinksIn(await textOf(path))
  expect(links.length).toBeGreaterThan(4)
  expect(links.filter((target) => !existsSync(join(project, 'docs', target)))).toEqual([])
})

test('deploy/balancer.conf is what docs/scaling.md shows', async () => {
  const shown = (await pageAt('docs/scaling.md')).block('upstream suited', 'nginx')
  const file = await textOf('deploy/balancer.conf')
  expect(file.replace(/^#.*\n/, '')).toBe(shown)
})

/** `/etc/suited` is root's alone, as the README makes it. */
test('docs/scaling.md has the service read nothing in a folder that its user can’t enter', async () => {
  const page = await textOf('docs/scaling.md')
  expect(await textOf('README.md')).toContain('install -d -m 700 /etc/suited\n')
  expect(page).toContain("sed 's/^/SUITED_STORE=/' /etc/suited/store >>/etc/suited/suited.env")
  expect(page).not.toMatch(/SUITED_STORE_FILE=\/etc\/suited|sslrootcert=\/etc\/suited/)
})

test('docs/scaling.md has a pooler ignore every parameter with which a connection begins', async () => {
  const client = await textOf('src/store/postgres/connection/client.ts')
  const [, given = ''] = /connection: \{([^}]*)\}/.exec(client) ?? []
  const names = [...given.matchAll(/^ *(\w+):/gm)].map(([, name]) => name)
  const [, ignored = ''] =
    /ignore_startup_parameters = ([\w,]+)/.exec(await textOf('docs/scaling.md')) ?? []
  expect(names.length).toBeGreaterThan(2)
  // That one a pooler knows.
  expect(ignored.split(',')).toEqual(
    names.filter((name) => name !== 'application_name') as string[],
  )
})

interface Service {
  readonly image: string
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly secrets?: readonly string[]
  readonly healthcheck: { readonly test: readonly string[] }
  readonly ports?: readonly string[]
  readonly networks: { readonly suited: { readonly ipv4_address: string } }
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>
  readonly secrets: Readonly<Record<string, { readonly file: string }>>
}

describe('deploy/compose.yaml', async () => {
  const compose = Bun.YAML.parse(await textOf('deploy/compose.yaml')) as Compose
  const replicas = Object.entries(compose.services).filter(([name]) => name.startsWith('suited-'))
  const addressOf = (service: Service | undefined) => service?.networks.suited.ipv4_address ?? ''

  test('has three replicas of one kind, each at its own address', () => {
    expect(replicas).toHaveLength(3)
    const kinds = new Set(replicas.map(([, { networks: _, ...own }]) => JSON.stringify(own)))
    expect(kinds.size).toBe(1)
    expect(new Set(replicas.map(([, service]) => addressOf(service))).size).toBe(3)
  })

  test('gives them settings that there are, and no secret but by a file', () => {
    const names = Object.keys(replicas[0]![1].environment ?? {})
    expect(names.length).toBeGreaterThan(4)
    const known: readonly string[] = settingNames
    expect(names.filter((name) => !known.includes(name.replace(/_FILE$/, '')))).toEqual([])
    expect(names).toContain('SUITED_STORE_FILE')
    const secret = /^SUITED_STORE$|_TOKEN$|_SECRET$|_KEY$|PASSWORD$/
    for (const { environment = {} } of Object.values(compose.services)) {
      expect(Object.keys(environment).filter((name) => secret.test(name))).toEqual([])
    }
  })

  test('runs commands that there are', () => {
    for (const [, { command = [], healthcheck }] of replicas) {
      const [, program, ofHealth] = healthcheck.test
      expect(program).toBe(command[0]!)
      expect(Object.keys(commands)).toContain(command[1]!)
      expect(Object.keys(commands)).toContain(ofHealth!)
    }
  })

  test('defines every secret that it hands out', () => {
    const handedOut = Object.values(compose.services).flatMap(({ secrets = [] }) => secrets)
    expect(new Set(handedOut)).toEqual(new Set(Object.keys(compose.secrets)))
  })

  test('agrees with the balancer about addresses and ports', async () => {
    const { balancer } = compose.services
    const balancing = await textOf('deploy/balancer.conf')
    const upstreams = [...balancing.matchAll(/^ *server ([\d.]+):(\d+)/gm)]
    const all = replicas.map(([, service]) => addressOf(service))
    expect(upstreams.map(([, address]) => address)).toEqual([...all, ...all, ...all])
    const environment = replicas[0]![1].environment!
    expect(new Set(upstreams.map(([, , port]) => port))).toEqual(
      new Set([environment.SUITED_PORT!]),
    )
    expect(environment.SUITED_TRUSTED_PROXIES).toBe(addressOf(balancer))
    const listening = /listen (\d+);/.exec(balancing)?.[1]
    expect(balancer?.ports).toEqual([`8080:${listening}`])
  })
})
