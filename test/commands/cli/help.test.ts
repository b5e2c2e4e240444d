import { describe, expect, test } from 'bun:test'
import { settings } from '../../../src/config/settings'
import { runCommandLine } from './command-line'

const helps = new Map<string, Promise<string>>()

const askForHelp = async (words: readonly string[]): Promise<string> => {
  const { exitCode, stdout, stderr } = await runCommandLine([...words, '--help'])
  expect([exitCode, stderr]).toEqual([0, ''])
  return stdout
}

/** The same words have the same help: each is asked for once. */
const helpOf = (...words: string[]): Promise<string> => {
  const help = helps.get(words.join(' ')) ?? askForHelp(words)
  helps.set(words.join(' '), help)
  return help
}

const commandsIn = (help: string): string[] =>
  [...help.matchAll(/^ {2}([a-z]+) +\S/gm)].map(([, name = '']) => name)
const flagsIn = (help: string): string[] =>
  [...help.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, name = '']) => name)
const settingsIn = (help: string): string[] =>
  [...help.matchAll(/\b(?:WECOM|SUITED)_[A-Z_]*[A-Z]\b/g)].map(([name]) => name)

const everyCommand = [
  'serve',
  'demo',
  'simulate',
  'status',
  'urls',
  'rekey',
  'migrate',
  'export',
  'import',
  'endpoints',
  'events',
  'relay',
  'receive',
  'keys',
  'keygen',
  'healthcheck',
  'openapi',
  'licences',
]

/** What a command wants besides its flags. */
const positional: Readonly<Record<string, readonly string[]>> = {
  import: ['file'],
  relay: ['http://127.0.0.1:1/'],
  receive: ['file', 'http://127.0.0.1:1/'],
}

test('every command’s help names it and fits 100 columns, Chinese characters counted twice, and each flag that it offers is taken', async () => {
  const flagsOf = new Map<string, string[]>()
  const commands = commandsIn(await helpOf())
  expect(commands.toSorted()).toEqual(everyCommand.toSorted())
  for (const words of [[], ...commands.map((command) => [command])]) {
    const help = await helpOf(...words)
    expect(help).toMatch(new RegExp(`^USAGE ${['suited', ...words].join(' ')}\\b`, 'm'))
    const tooWide = help.split('\n').filter((line) => Bun.stringWidth(line) > 100)
    expect([words, tooWide]).toEqual([words, []])
    flagsOf.set(words.join(), flagsIn(help))
  }

  // Every flag that is offered is taken: what ends this is the one that there is nowhere.
  for (const command of commands) {
    const words = [command, ...(positional[command] ?? [])]
    const flags = flagsOf.get(command) ?? []
    const run = await runCommandLine([
      ...words,
      ...flags.map((flag) => `--${flag}=1`),
      '--nonsense',
    ])
    expect([command, run.exitCode, run.stdout, run.stderr]).toEqual([
      command,
      64,
      '',
      `There is no flag --nonsense. See suited ${command} --help.\n`,
    ])
  }
})

test('no help offers a setting that there is nowhere, nor a flag for a password', async () => {
  const help = await helpOf('serve')
  expect(settingsIn(help).length).toBeGreaterThan(30)
  for (const name of settingsIn(help)) expect(Object.keys(settings)).toContain(name)
  expect(help).not.toContain('--store')
})

describe('a command lists its own settings and no others:', () => {
  const files = ['config', 'env-file']
  const address = ['host', 'port', 'admin-host', 'admin-port', 'tls-cert']
  const ofState = ['SUITED_STORE', 'SUITED_ENCRYPTION_KEY', 'SUITED_PREVIOUS_ENCRYPTION_KEY']
  test.each<[string, string[], string[]]>([
    ['rekey', [...files, 'data-dir'], ofState],
    ['status', [...files, ...address, 'url', 'json'], ['SUITED_ADMIN_TOKEN']],
    ['healthcheck', [...files, 'host', 'port', 'tls-cert'], []],
    ['openapi', [...files, 'public-url'], []],
    [
      'export',
      [...files, ...address, 'data-dir', 'identity', 'output', 'passphrase-file', 'plain', 'url'],
      ['SUITED_ADMIN_TOKEN', ...ofState],
    ],
    ['keygen', [], []],
    ['keys', [], []],
    [
      'keys list',
      [...files, ...address, 'data-dir', 'json', 'url'],
      ['SUITED_ADMIN_TOKEN', ...ofState],
    ],
    ['licences', [], []],
    ['demo', ['once', 'port'], []],
  ])('%s', async (command, flags, secrets) => {
    const help = await helpOf(...command.split(' '))
    expect(flagsIn(help).sort()).toEqual([...flags].sort())
    const listed = [...help.matchAll(/^ {2}([A-Z_]{8,})$|^ {2}([A-Z_]{8,}) {2}/gm)]
    expect(listed.map(([, alone, beside]) => alone ?? beside).sort()).toEqual([...secrets].sort())
  })
})

test.each(['-h', 'serve -h', '--port 1 --help'])('help is given for suited %s', async (words) => {
  const { exitCode, stdout } = await runCommandLine(words.split(' '))
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^USAGE suited/m)
})

describe('wrong use ends with 64 and one sentence:', () => {
  test.each([
    'nonsense',
    'help',
    'toString',
    '-x',
    '--version twice',
    'import',
    'import one two',
    'status word',
    'keys',
    'keys nonsense',
    'keys --json list',
    'keys list word',
    'keys create',
    'keys create crm',
    'keys create crm --scopes=write',
    'keys create crm --scopes=read --days=soon',
    'keys rotate',
    'keys rotate crm --grace-seconds=-1',
    'status --url=not-an-address',
    'status --port 0',
    'urls --url=ftp://a.example',
    'export --url nowhere',
    'export --plain --passphrase-file x',
    'export',
    'healthcheck nowhere',
    'healthcheck --port=0',
    'rekey --tls-cert x',
    'rekey --data-dir',
    'demo --port x',
    'demo --port=70000',
    'simulate --ticket-seconds x',
    'simulate --ticket-seconds=0',
    'simulate --port=-1',
    'keygen --length=3',
    'openapi --json',
    'licences all',
  ])('%s', async (words) => {
    const { exitCode, stdout, stderr } = await runCommandLine(words.split(' '))
    expect([exitCode, stdout]).toEqual([64, ''])
    expect(stderr).toMatch(/^[A-Z-].*\n$/)
  })
})

test('wrong settings end every command that reads them with 78', async () => {
  for (const command of [
    'serve',
    'status',
    'urls',
    'export',
    'import',
    'rekey',
    'healthcheck',
    'openapi',
    'keys list',
  ]) {
    const words = command === 'import' ? [command, 'file'] : command.split(' ')
    const run = await runCommandLine([...words, '--config', '/nowhere.toml'])
    expect([command, run.exitCode, run.stdout]).toEqual([command, 78, ''])
    const env = await runCommandLine([...words, '--env-file', '/nowhere.env'])
    expect([command, env.exitCode]).toEqual([command, 78])
    expect(env.stderr).toContain("/nowhere.env can't be read (ENOENT)")
  }
})
