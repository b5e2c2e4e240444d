/**
 * Nothing points to a route, a command or a test that isn't there: no document, no cure, no other
 * sentence of ours. Routes are those that the app has, commands those of `commands.ts`.
 */

import { afterAll, describe, expect, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { commands } from '../../src/commands/commands'
import { errcodes } from '../../src/wecom/errcode/errcode'
import { project, sources, textOf } from '../conventions/sources'
import { createScene } from '../scene'

const { service } = await createScene()
afterAll(() => service.stop())

/** With what routes of suited begin, now or one day. */
const heads = [
  'api',
  'business',
  'callback',
  'dataUrl',
  'healthz',
  'install',
  'login',
  'metrics',
  'oidc',
  'orderUrl',
  'proxy',
  'readyz',
  'sign',
  'suites',
  'swagger',
  'verify',
]

/** Commands that suited has now or may have one day; other words after its name are prose. */
const commandsToCome = [
  'alert',
  'check',
  'clients',
  'config',
  'corps',
  'endpoints',
  'events',
  'explain',
  'init',
  'keys',
  'migrate',
  'receive',
  'relay',
  'status',
]

const routes = service.app.routes.map(({ method, path }) => ({
  method,
  segments: path.split('/').filter((part) => part !== ''),
}))

/** `{corpid}`, `:corpid`, `$CORPID$`, `…`, `${key}`: anything may stand there. */
const isOpen = (part: string): boolean => /^(?:[:{$].*|…|\*)$/.test(part)

const fits = (named: string, real: string): boolean =>
  named === real || isOpen(real) || (isOpen(named) && named !== '')

/** Whether a route, or what several routes begin with, is at this path. */
const isThere = (path: string, method?: string): boolean => {
  const named = path.split('/').filter((part) => part !== '' && part !== '…')
  return routes.some(
    (route) =>
      (method === undefined ||
        (route.method === method && route.segments.length === named.length)) &&
      route.segments.length >= named.length &&
      named.every((part, at) => fits(part, route.segments[at] ?? '')),
  )
}

const pathPattern = new RegExp(
  `(?:\\b(GET|POST|PUT|PATCH|DELETE) )?(?<![\\w./:$}>\\]*-])(/(?:${heads.join('|')})(?![\\w-])(?:/[\\w{}:$….*-]*)*)`,
  'g',
)

/** Paths in a text that lead nowhere. */
const deadPathsIn = (text: string): string[] =>
  [...text.matchAll(pathPattern)]
    .map(([, method, path = '']) => ({ method, path: path.replace(/[.:]+$/, '') }))
    // What is no path of ours but an attacker's has dots in it.
    .filter(({ method, path }) => !path.includes('/../') && !isThere(path, method))
    .map(({ method, path }) => (method ? `${method} ${path}` : path))

const unknown = (found: Iterable<RegExpMatchArray>): string[] =>
  [...found].map(([, name = '']) => name).filter((name) => !Object.hasOwn(commands, name))

/** Commands that a sentence names and that are yet to come. */
const deadCommandsIn = (text: string): string[] =>
  unknown(text.matchAll(/\bsuited ([a-z]+)\b/g)).filter((name) => commandsToCome.includes(name))

/** In the code of a document whatever follows the name is a command. */
const deadCommandsInCodeOf = (markdown: string): string[] => {
  const blocks = [...markdown.matchAll(/^ *```[\s\S]*?^ *```/gm)].map(([block]) => block)
  return [
    ...unknown(markdown.matchAll(/`suited ([a-z]+)\b/g)),
    ...blocks.flatMap((block) => unknown(block.matchAll(/^\s*(?:\$ )?suited ([a-z]+)\b/gm))),
  ]
}

const testFiles = [...new Bun.Glob('test/**/*.test.ts').scanSync(project)]

/** What `bun test` is given in a document and finds nothing for: a file, or a part of its path. */
const deadTestsIn = (text: string): string[] =>
  [...text.matchAll(/\bbun test ([^`\n]*)/g)]
    .flatMap(([, words = '']) => words.match(/\btest\/[\w./-]+/g) ?? [])
    .filter((named) => !testFiles.some((file) => file.includes(named)))

const documents = [
  'README.md',
  'clients/typescript/README.md',
  'examples/README.md',
  ...readdirSync(join(project, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]

describe.each(documents)('%s', (document) => {
  test('points to no route, no command and no test that is not there', async () => {
    const text = await textOf(document)
    const commands = [...deadCommandsIn(text), ...deadCommandsInCodeOf(text)]
    expect([...deadPathsIn(text), ...commands, ...deadTestsIn(text)]).toEqual([])
  })
})

test('every errcode’s cause and cure point to routes and commands that are there', () => {
  const texts = errcodes().flatMap(({ cause, cure }) => [
    ...Object.values(cause),
    ...Object.values(cure),
  ])
  expect(texts.length).toBeGreaterThan(100)
  expect(texts.flatMap((text) => [...deadPathsIn(text), ...deadCommandsIn(text)])).toEqual([])
})

test('so does every sentence in the code', () => {
  const dead = sources
    .filter(({ name }) => !name.startsWith('simulator/') && name !== 'wecom/api/endpoints')
    .flatMap(({ name, text }) =>
      [...deadPathsIn(text), ...deadCommandsIn(text)]
        // Routes are defined below a prefix.
        .filter((found) => !found.includes('/:'))
        .map((found) => `${name}: ${found}`),
    )
  expect(dead).toEqual([])
})

describe('the judge of pointers', () => {
  test.each([
    'Look at `GET /api/nothing`.',
    'POST /api/status tells it.',
    'See /api/corps/{corpid}/nothing.',
    '/suites/crm/nothing',
  ])('catches the path in %j', (text) => {
    expect(deadPathsIn(text)).toHaveLength(1)
  })

  test.each(['Run `suited nothing`.', '```sh\nsuited init\n```', 'See suited check.'])(
    'catches the command in %j',
    (text) => {
      const dead = [...deadCommandsIn(text), ...deadCommandsInCodeOf(text)]
      expect(dead.length).toBeGreaterThan(0)
    },
  )

  test('catches a test that was moved, and lets a folder and a part of a name pass', () => {
    const text = '`bun test test/docs test/docs/point test/nowhere/pointers.test.ts`'
    expect(deadTestsIn(text)).toEqual(['test/nowhere/pointers.test.ts'])
  })

  test.each([
    'See /api/events?status=dead and retry them.',
    'GET /api/corps/{corpid}/callback names it, PUT takes the Token.',
    'Everything below /api is closed; /suites/… too.',
    'https://gw.example.com/suites/template/corps/wpA/callback',
    'suited does it by itself; suited keygen makes one.',
    'WeCom’s /cgi-bin/service/get_login_info',
  ])('lets %j pass', (text) => {
    expect([...deadPathsIn(text), ...deadCommandsIn(text)]).toEqual([])
  })
})
