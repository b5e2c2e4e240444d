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
const ground = [
  'errors',
  'clock',
  'log',
  'throttled-log',
  'newcomers',
  'retry',
  'periodic',
  'wording',
  'version',
  'json-object',
  'web-address',
  'store-address',
  'constant-time',
]

/** The protocol without a network: what WeCom sends, how it seals, what its errcodes mean. */
const pureWecom = ['wecom/*', 'wecom/{callback,catalogue,errcode}/*', 'wecom/api/endpoints']

/** How a call to WeCom fails, for those who decide by it and never call. */
const wecomFailure = ['wecom/api/failure', 'wecom/api/network-fault']

/** What the inside asks of storage. Drivers stand in folders of their own. */
const ports = ['store/*', 'store/{replicas,watch}/*']

const typebox = ['@sinclair/typebox', '@sinclair/typebox/compiler', '@sinclair/typebox/value']
const files = ['node:fs', 'node:fs/promises', 'node:os', 'node:path']

/** Rooms of `suite` that call WeCom; the others know the protocol alone, and how a call fails. */
const roomsThatCall = ['tokens', 'profile', 'install', 'authorization', 'proxy', 'pages']

/** Rooms of `suite`, each with the rooms that stand below it. */
function suiteRooms(below: Readonly<Record<string, readonly string[]>>): Row[] {
  return Object.entries(below).map(([room, others]) => ({
    part: `suite/${room}/**`,
    mayImport: [
      ...ground,
      ...pureWecom,
      ...wecomFailure,
      ...(roomsThatCall.includes(room) ? ['wecom/api/*'] : []),
      ...ports,
      'events/*',
      'suite/*',
      `suite/${room}/**`,
      ...others.map((other) => `suite/${other}/**`),
    ],
    packages: [...typebox, 'node:crypto'],
  }))
}

/** Rooms of `http`, likewise. */
function httpRooms(below: Readonly<Record<string, readonly string[]>>): Row[] {
  return Object.entries(below).map(([room, others]) => ({
    part: `http/${room}/*`,
    mayImport: [
      ...ground,
      ...pureWecom,
      ...wecomFailure,
      ...ports,
      'events/*',
      'delivery/**',
      'suite/**',
      `http/${room}/*`,
      ...others.map((other) => `http/${other}/*`),
    ],
    packages: [...typebox, 'elysia', '@elysiajs/openapi', 'swagger-ui-dist/*', 'prom-client'],
  }))
}

export const importTable: readonly Row[] = [
  // The ground.
  { part: '{errors,clock,log,json-object,newcomers}', mayImport: [], packages: [] },
  { part: '{web-address,store-address}', mayImport: ['errors'], packages: [] },
  { part: 'constant-time', mayImport: [], packages: ['node:crypto'] },
  { part: '{retry,wording}', mayImport: ['clock'], packages: [] },
  { part: 'throttled-log', mayImport: ['clock', 'log'], packages: [] },
  { part: 'periodic', mayImport: ['clock', 'errors', 'log'], packages: [] },
  { part: 'version', mayImport: ['../package.json'], packages: [] },

  // WeCom's protocol knows no server, no store and no state of ours.
  { part: 'wecom/errcode/*', mayImport: [...ground, 'wecom/errcode/*'], packages: ['node:net'] },
  { part: 'wecom/catalogue/*', mayImport: [...ground, 'wecom/catalogue/*'], packages: [] },
  { part: 'wecom/callback/lenient-xml', mayImport: [], packages: ['fast-xml-parser'] },
  {
    part: 'wecom/callback/*',
    mayImport: [...ground, 'wecom/lenient-json', 'wecom/callback/*', 'wecom/catalogue/*'],
    packages: ['node:crypto'],
  },
  {
    part: 'wecom/api/answer/*',
    mayImport: [...ground, 'wecom/lenient-json', 'wecom/api/answer/*'],
    packages: [...typebox, 'node:zlib'],
  },
  {
    part: 'wecom/api/client',
    mayImport: [...ground, 'wecom/api/*', 'wecom/api/answer/*', 'wecom/errcode/*'],
    packages: [...typebox, 'ofetch'],
  },
  {
    part: 'wecom/api/*',
    mayImport: [...ground, 'wecom/api/*', 'wecom/api/answer/*', 'wecom/errcode/*'],
    packages: [...typebox, 'node:net'],
  },
  { part: 'wecom/*', mayImport: ground, packages: ['node:crypto'] },

  // The ports import no driver, a driver no other driver.
  {
    part: 'store/driver/records/*',
    mayImport: [...ground, ...ports, 'store/driver/{id,paging,sealing}', 'store/driver/records/*'],
    packages: typebox,
  },
  {
    part: 'store/driver/*',
    mayImport: [...ground, ...ports, 'store/driver/*'],
    packages: [...typebox, 'node:crypto'],
  },
  {
    part: 'store/memory/watch/*',
    mayImport: [...ground, ...ports, 'store/driver/**'],
    packages: [],
  },
  {
    part: 'store/memory/*',
    mayImport: [...ground, ...ports, 'store/driver/**', 'store/memory/**'],
    packages: [],
  },
  {
    part: 'store/file/disk/*',
    mayImport: [...ground, ...ports, 'store/driver/**', 'store/file/disk/*'],
    packages: ['lowdb', ...files],
  },
  {
    part: 'store/file/folder/*',
    mayImport: [...ground, ...ports, 'store/driver/**', 'store/file/{disk,folder}/*'],
    packages: [...typebox, 'bun:sqlite', ...files],
  },
  {
    part: 'store/file/document/*',
    mayImport: [...ground, ...ports, 'store/driver/**', 'store/file/{disk,folder,document}/*'],
    packages: [...typebox, 'lowdb', ...files],
  },
  {
    part: 'store/file/*',
    mayImport: [...ground, ...ports, 'store/driver/**', 'store/file/**'],
    packages: [...typebox, ...files],
  },
  {
    part: 'store/sqlite/database/*',
    mayImport: [...ground, ...ports, 'store/driver/**', 'store/sqlite/database/*'],
    packages: ['bun:sqlite', 'node:fs', 'node:path'],
  },
  {
    part: 'store/sqlite/thread/*',
    mayImport: [...ground, ...ports, 'store/driver/**', 'store/sqlite/thread/*'],
    packages: [],
  },
  {
    part: 'store/sqlite/delivery/*',
    mayImport: [
      ...ground,
      ...ports,
      'store/driver/**',
      'store/sqlite/database/event-rows',
      'store/sqlite/delivery/*',
    ],
    packages: ['bun:sqlite'],
  },
  {
    part: 'store/sqlite/facts/*',
    mayImport: [...ground, ...ports, 'store/driver/**', 'store/sqlite/{database,facts}/*'],
    packages: ['bun:sqlite'],
  },
  {
    part: 'store/sqlite/watch/*',
    mayImport: [...ports, 'store/sqlite/database/calls', 'store/sqlite/watch/*'],
    packages: [],
  },
  {
    part: 'store/sqlite/*',
    mayImport: [
      ...ground,
      ...ports,
      'store/driver/**',
      'store/sqlite/{database,delivery,facts,watch}/*',
      'store/sqlite/*',
    ],
    packages: ['bun:sqlite'],
  },
  {
    part: 'store/postgres/connection/*',
    mayImport: [...ground, 'store/postgres/connection/*'],
    packages: ['bun', 'node:dns/promises', 'node:net'],
  },
  {
    part: 'store/postgres/schema/*',
    mayImport: [...ground, 'store/postgres/{connection,schema}/*'],
    packages: [],
  },
  {
    part: 'store/postgres/rows/*',
    mayImport: [...ports, 'store/postgres/connection/{bytes,database}', 'store/postgres/rows/*'],
    packages: [],
  },
  {
    part: 'store/postgres/{state,events,deliveries,records,replicas,watch,moving,reseal}/*',
    mayImport: [
      ...ground,
      ...ports,
      'store/driver/**',
      'store/postgres/connection/{unheard-claims,bytes,database,failure,moment,portions}',
      'store/postgres/{rows,state,events,deliveries,records,replicas,watch,moving,reseal}/*',
    ],
    packages: [...typebox, 'node:crypto'],
  },
  {
    part: 'store/postgres/*',
    mayImport: [...ground, ...ports, 'store/driver/**', 'store/postgres/**'],
    packages: [],
  },
  {
    part: 'store/move/*',
    mayImport: [...ground, ...ports, 'store/driver/**', 'store/move/*'],
    packages: ['node:crypto'],
  },
  { part: 'store/{,replicas/,watch/}*', mayImport: [...ground, ...ports], packages: typebox },

  // Work on the event log knows suites as ids alone.
  {
    part: 'events/*',
    mayImport: [...ground, ...pureWecom, ...ports, 'events/*'],
    packages: ['node:crypto'],
  },

  // Events on their way out know suites as ids alone, too.
  // A message that loses its secrets is written anew.
  {
    part: 'delivery/send/wecom-message',
    mayImport: [...ground, ...pureWecom, ...ports],
    packages: ['fast-xml-parser'],
  },
  {
    part: 'delivery/send/*',
    mayImport: [...ground, ...pureWecom, ...ports, 'wecom/api/network-fault', 'delivery/send/*'],
    packages: ['node:crypto', 'node:dns/promises', 'node:net'],
  },
  {
    part: 'delivery/schedule/*',
    mayImport: [...ground, ...ports, 'type delivery/send/sender', 'delivery/schedule/*'],
    packages: [],
  },
  // Answers to members are XML that the parser's own package builds.
  {
    part: 'delivery/passive-reply/reply-xml',
    mayImport: [...ground, 'delivery/passive-reply/*'],
    packages: ['fast-xml-parser'],
  },
  {
    part: 'delivery/passive-reply/*',
    mayImport: [...ground, ...pureWecom, ...ports, 'delivery/**'],
    packages: [],
  },
  {
    part: 'delivery/endpoints/*',
    mayImport: [
      ...ground,
      ...pureWecom,
      ...ports,
      'store/driver/records/endpoint-states',
      'delivery/*',
      'delivery/{send,schedule,endpoints}/*',
    ],
    packages: [],
  },
  {
    part: 'delivery/*',
    mayImport: [
      ...ground,
      ...pureWecom,
      ...ports,
      'store/driver/records/endpoint-states',
      'events/*',
      'delivery/**',
    ],
    packages: [],
  },

  // The rules of this service know neither HTTP nor any driver. Among them the rooms stand on
  // floors: each imports those below it alone.
  // Exports leave in the age format; nothing else has to do with it.
  {
    part: 'suite/transfer/age/*',
    mayImport: [...ground, 'suite/transfer/age/*'],
    packages: ['node:crypto', 'age-encryption', '@noble/ciphers/chacha.js'],
  },
  { part: 'suite/transfer/csv-rows', mayImport: ground, packages: ['csv-parse/sync'] },
  {
    part: 'suite/transfer/{export-key,encrypt-export,decrypt-export}',
    mayImport: [...ground, 'suite/transfer/**'],
    packages: ['node:crypto', 'age-encryption', '@scure/base'],
  },
  // What comes back through strangers' hands is sealed.
  { part: 'suite/sealed-text', mayImport: [], packages: ['node:crypto'] },
  {
    part: 'suite/proxy/handle',
    mayImport: [...ground, 'suite/sealed-text', 'suite/proxy/*'],
    packages: [],
  },
  // Where a body ends, Node's streams tell.
  {
    part: 'suite/proxy/upstream',
    mayImport: [...ground, ...pureWecom, ...wecomFailure, 'wecom/api/*', 'suite/proxy/*'],
    packages: ['node:stream'],
  },
  ...suiteRooms({
    access: [],
    callback: [],
    tokens: [],
    pages: ['install', 'tokens'],
    proxy: ['tokens'],
    profile: ['tokens'],
    install: ['profile', 'tokens'],
    authorization: ['install', 'profile', 'tokens'],
    transfer: ['install', 'tokens'],
    operations: ['transfer', 'callback', 'tokens'],
  }),
  {
    part: 'suite/*',
    mayImport: [...ground, ...pureWecom, ...ports, 'suite/*'],
    packages: ['node:crypto'],
  },

  // Of the way to WeCom, HTTP knows nothing but how it fails: `http/answer/problem` decides the
  // status of every failure, WeCom's among them.
  {
    part: 'http/pages/view/document/qr-image',
    mayImport: ['http/pages/view/document/*'],
    packages: ['uqr'],
  },
  // Pages for people are texts alone.
  {
    part: 'http/pages/view/**',
    mayImport: ['type wecom/errcode/errcode', 'http/answer/headers', 'http/pages/view/**'],
    packages: ['node:crypto'],
  },
  { part: 'http/request/client-address', mayImport: [], packages: ['node:net'] },
  ...httpRooms({
    answer: [],
    request: [],
    access: ['request', 'answer'],
    wecom: ['request', 'answer'],
    'pages/flow': ['pages/view', 'pages/view/texts', 'request', 'answer'],
    pages: ['access', 'request', 'answer'],
    proxy: ['access', 'request', 'answer'],
    sdk: ['proxy', 'access', 'request', 'answer'],
    operations: ['access', 'request', 'answer'],
    'api/access': ['access', 'request', 'answer'],
    'api/corp': ['request', 'answer'],
    'api/delivery': ['access', 'request', 'answer'],
    'api/stream': ['api/corp', 'access', 'request', 'answer'],
    api: [
      'api/access',
      'api/corp',
      'api/delivery',
      'api/stream',
      'operations',
      'access',
      'request',
      'answer',
    ],
  }),
  { part: 'http/failures', mayImport: [...ground, 'http/**', 'type suite/**'], packages: [] },
  { part: 'app', mayImport: [...ground, 'http/**', 'type suite/**'], packages: ['elysia'] },

  // Settings become suites; how suites work is none of their business.
  {
    part: 'config/*',
    mayImport: [
      ...ground,
      'wecom/callback/*',
      'type suite/suites',
      'type delivery/endpoint',
      'delivery/endpoints/{endpoint-fields,reply-conflict}',
      'delivery/send/*',
      'config/*',
    ],
    packages: [],
  },

  // The other side. It shares the sealing with us and nothing else, or it would repeat our
  // mistakes.
  {
    part: 'simulator/**',
    mayImport: [...ground, 'wecom/callback/{crypto,envelope}', 'simulator/**'],
    packages: ['elysia', 'node:crypto'],
  },

  // The service is wired from given drivers: it chooses none.
  {
    part: 'service/**',
    mayImport: [
      ...ground,
      'wecom/**',
      ...ports,
      'events/*',
      'delivery/**',
      'suite/**',
      'http/**',
      'type config/*',
      'app',
      'service/**',
    ],
    packages: [],
  },
  // One process: its folder, its listeners. It chooses the drivers.
  {
    part: 'runtime/**',
    mayImport: [
      ...ground,
      'store/**',
      'events/fact-rule',
      'delivery/send/*',
      'suite/**',
      'http/**',
      'type config/*',
      'app',
      'service/**',
      'runtime/**',
    ],
    packages: ['**'],
  },
  {
    part: 'commands/**',
    mayImport: ['**', '../docs/licences.txt'],
    packages: ['**'],
  },
  {
    part: 'main',
    mayImport: ['commands/commands', 'commands/cli/{plain-output,dispatch}'],
    packages: [],
  },
]
