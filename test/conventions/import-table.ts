/**
 * Which part of `src` may import which: the picture in `docs/design.md`, as a table. The first row
 * whose part fits a file counts. What stands in no row is not allowed.
 */

export interface Row {
  /** Files below `src`, as a glob, without their ending. */
  readonly part: string
  /**
   * Files of ours, as globs. `type X`: X's types alone. `X: a, b`: these names of X alone.
   */
  readonly mayImport: readonly string[]
  /** Packages, Node's modules and Bun's, as globs. */
  readonly packages: readonly string[]
}

/** What everything stands on. */
const ground = ['errors', 'clock', 'log', 'retry', 'wording']

/** The protocol without a network: every file but `client`, and those that call through it. */
const pureWecom = [
  'wecom/answer-encoding',
  'wecom/answer-object',
  'wecom/answer-shape',
  'wecom/answer-text',
  'wecom/catalogue',
  'wecom/catalogue-*',
  'wecom/crypto',
  'wecom/echo',
  'wecom/endpoints',
  'wecom/envelope',
  'wecom/errcode',
  'wecom/errcode-*',
  'wecom/jssdk',
  'wecom/json-message',
  'wecom/lenient-json',
  'wecom/lenient-xml',
  'wecom/mask',
  'wecom/message',
  'wecom/network-fault',
  'wecom/payload',
  'wecom/receiver',
  'wecom/subject',
  'wecom/swap',
  'wecom/torn-answer',
  'wecom/turns',
  'wecom/xml',
  'wecom/xml-marks',
]

/** What the inside asks of storage. Drivers stand in folders of their own: memory, file, sql. */
const ports = ['store/store', 'store/event-log', 'store/unreadable-record']

const typebox = ['@sinclair/typebox', '@sinclair/typebox/compiler', '@sinclair/typebox/value']

export const importTable: readonly Row[] = [
  { part: 'errors', mayImport: [], packages: [] },
  { part: 'clock', mayImport: [], packages: [] },
  { part: 'log', mayImport: [], packages: [] },
  { part: 'retry', mayImport: ['clock'], packages: [] },
  { part: 'wording', mayImport: ['clock'], packages: [] },

  // WeCom's protocol knows no server, no store and no state of ours.
  { part: 'wecom/client', mayImport: [...ground, ...pureWecom], packages: [...typebox, 'ofetch'] },
  {
    part: 'wecom/{calls,outage,provider-calls,queued-client}',
    mayImport: [...ground, ...pureWecom, 'wecom/client', 'wecom/calls'],
    packages: typebox,
  },
  { part: 'wecom/lenient-xml', mayImport: [], packages: ['fast-xml-parser'] },
  {
    part: 'wecom/*',
    mayImport: [...ground, ...pureWecom],
    packages: [...typebox, 'node:crypto', 'node:net', 'node:zlib'],
  },

  // The ports import no driver, a driver no other driver.
  { part: 'store/memory/*', mayImport: [...ground, 'store/*', 'store/memory/*'], packages: [] },
  {
    part: 'store/file/*',
    mayImport: [...ground, 'store/*', 'store/file/*'],
    packages: [
      ...typebox,
      'lowdb',
      'bun:sqlite',
      'node:fs',
      'node:fs/promises',
      'node:os',
      'node:path',
    ],
  },
  {
    part: 'store/sql/*',
    mayImport: [...ground, 'store/*', 'store/sql/*'],
    packages: ['bun:sqlite', 'node:fs', 'node:path'],
  },
  { part: 'store/sealing', mayImport: ground, packages: ['node:crypto'] },
  { part: 'store/*', mayImport: [...ground, 'store/*'], packages: typebox },

  // The rules of this service know neither HTTP nor any driver, and neither of the two the other.
  {
    part: 'suite/*',
    mayImport: [...ground, 'wecom/*', ...ports, 'suite/*'],
    packages: [...typebox, 'node:crypto'],
  },
  {
    part: 'delivery/*',
    mayImport: [...ground, 'wecom/*', ...ports, 'delivery/*'],
    packages: ['node:crypto'],
  },

  // Of the way to WeCom, HTTP knows nothing but how it fails: `http/problem` decides the status
  // of every failure, WeCom's among them.
  {
    part: 'http/*',
    mayImport: [
      ...ground,
      ...pureWecom,
      'wecom/client: WecomFailure',
      ...ports,
      'suite/*',
      'delivery/*',
      'http/*',
    ],
    packages: [...typebox, 'elysia', '@elysiajs/openapi', 'swagger-ui-dist/*'],
  },
  {
    part: 'app',
    mayImport: [...ground, 'http/*', 'type suite/{repeated-lines,unknown-callback-paths}'],
    packages: ['elysia'],
  },

  // Settings become suites; how suites work is none of their business.
  {
    part: 'config/*',
    mayImport: [...ground, ...pureWecom, 'type suite/suites', 'config/*'],
    packages: [],
  },

  // The other side. It shares the sealing with us and nothing else, or it would repeat our mistakes.
  {
    part: 'simulator/**',
    mayImport: [...ground, 'wecom/crypto', 'wecom/envelope', 'simulator/**'],
    packages: ['elysia', 'node:crypto'],
  },

  // Only commands choose drivers and put things together.
  {
    part: 'commands/*',
    mayImport: ['**', '../package.json', '../docs/licences.txt'],
    packages: ['**'],
  },
  { part: 'main', mayImport: ['commands/*'], packages: [] },
]
