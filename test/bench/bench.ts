/**
 * `bun run bench`: measures everything side by side and writes the tables of docs/performance.md.
 *
 *   --rows a,b       only these; nothing is written then
 *   --rounds N       5 unless given
 *   --seconds N      how long each contender is measured in each round; 4 unless given
 *   --planted        suited with a planted slowness takes part in `sign`; nothing is written
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type DataFolder, type FolderOptions, filledFolder } from './folders'
import { bindTo, describeMachine } from './machine'
import type { Conditions, Report, Row } from './row'
import { commands } from './rows/commands'
import { deliveries } from './rows/deliveries'
import { eventLog } from './rows/event-log'
import { expiring } from './rows/expiring'
import { companies, connections } from './rows/growth'
import { held } from './rows/held'
import { installs } from './rows/installs'
import { opening } from './rows/opening'
import { paced } from './rows/paced'
import { proxy } from './rows/proxy'
import { replicas } from './rows/replicas'
import { sign } from './rows/sign'
import { start } from './rows/start'
import { markdownOf, targetsTable, withBlock } from './table'

const rows: Readonly<Record<string, Row>> = {
  sign,
  opening,
  commands,
  paced,
  companies,
  connections,
  installs,
  deliveries,
  held,
  proxy,
  replicas,
  start,
  expiring,
  'event-log': eventLog,
}

const document = join(import.meta.dir, '../../docs/performance.md')

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    rows: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    planted: { type: 'boolean', default: false },
  },
})

const chosen = values.rows?.split(',') ?? (values.planted ? ['sign'] : Object.keys(rows))
const unknown = chosen.filter((name) => !(name in rows))
if (unknown.length > 0) {
  process.stderr.write(`There is no ${unknown.join(', ')}; rows: ${Object.keys(rows).join(', ')}\n`)
  process.exit(64)
}
const writes = values.rows === undefined && !values.planted

const folders: DataFolder[] = []

/** Large ones are filled once; of small ones everyone gets one of its own. */
const shared = new Map<string, Promise<DataFolder>>()
const sharedFrom = 100_000
const folder = (options: FolderOptions): Promise<DataFolder> => {
  const fill = async () => {
    const filled = await filledFolder(options)
    folders.push(filled)
    return filled
  }
  if (options.companies < sharedFrom) return fill()
  const key = JSON.stringify(options)
  const found = shared.get(key) ?? fill()
  shared.set(key, found)
  return found
}

const conditions: Conditions = {
  rounds: Number(values.rounds),
  seconds: Number(values.seconds),
  warmUpSeconds: 2,
  planted: values.planted,
  folder,
  tell: (line) => process.stderr.write(`${line}\n`),
}

bindTo('generator', process.pid)
const machine = describeMachine()
process.once('exit', () => {
  for (const { remove } of folders) remove()
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

const reports: Report[] = []
const failed: string[] = []
for (const name of chosen) {
  try {
    reports.push(await rows[name]!(conditions))
  } catch (error) {
    failed.push(name)
    process.stderr.write(`${name} failed: ${Bun.inspect(error)}\n`)
  }
}

const day = new Date().toISOString().slice(0, 10)
const head = `${day}; rounds: ${conditions.rounds}, of ${conditions.seconds} s each; ${machine}.`
const tables = [
  targetsTable(reports.flatMap(({ findings }) => findings)),
  ...reports.flatMap((report) => report.tables),
]
process.stdout.write(`${head}\n`)
for (const table of tables) process.stdout.write(`\n${table.name}\n\n${markdownOf(table)}\n`)

if (writes && failed.length === 0) {
  let text = withBlock(await Bun.file(document).text(), 'run', head)
  for (const table of tables) text = withBlock(text, table.name, markdownOf(table))
  await Bun.write(document, text)
}
process.exit(failed.length === 0 ? 0 : 1)
