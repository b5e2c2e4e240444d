/**
 * The load generator: a process of its own. Takes a LoadPlan as its argument, prints a LoadResult.
 * With a rate it sends when a request is due, whether others are answered or not, and counts from
 * then on: a server that stalls can't make the load wait for it.
 */
import { type Connection, openConnection } from './connection'
import type { LoadFigures, LoadPlan } from './load-plan'
import { median, percentile } from './medians'
import { commandRequests, proxyRequests, signRequests } from './messages'

const plan: LoadPlan = JSON.parse(process.argv[2] ?? '')
const { hostname, port, host } = new URL(plan.origin)

/** More than any contender answers in a second on one core. */
const readyEachSecond = 12_000

const requests = {
  sign: () => signRequests(host, plan.companies),
  proxy: () => proxyRequests(host, plan.companies),
  command: () =>
    commandRequests(
      host,
      plan.companies,
      (plan.rate ?? readyEachSecond) * (plan.seconds + plan.warmUpSeconds),
    ),
}
const nextRequest = requests[plan.what]()

const times: number[] = []
const dueOf = new Map<Connection, number>()
const free: Connection[] = []
const waiting: number[] = []
let answers = 0
let refused = 0
let measureFrom = Number.POSITIVE_INFINITY
let measureTo = Number.POSITIVE_INFINITY
let going = false

const send = (connection: Connection, due: number): void => {
  dueOf.set(connection, due)
  connection.send(nextRequest())
}

const count = (due: number, now: number, status: number): void => {
  answers += 1
  if (status !== 200) refused += 1
  // With a rate, what was due is counted, however late its answer is.
  const at = plan.rate === null ? now : due
  if (at >= measureFrom && at < measureTo) times.push(now - due)
}

const onFree = (connection: Connection, status: number | null): void => {
  const now = performance.now()
  if (status !== null) count(dueOf.get(connection) ?? now, now, status)
  dueOf.delete(connection)
  const overdue = waiting.shift()
  if (overdue !== undefined) send(connection, overdue)
  else if (going && plan.rate === null) send(connection, now)
  else free.push(connection)
}

const onLost = (reason: string): void => {
  if (!going) return
  process.stderr.write(`${reason}\n`)
  process.exit(1)
}

/** Hands out what is due, about once a millisecond. */
const keepRate = (rate: number, began: number): void => {
  let sent = 0
  const tick = () => {
    const due = Math.floor(((performance.now() - began) * rate) / 1000)
    for (; sent < due; sent++) {
      const at = began + (sent * 1000) / rate
      // The one that was free the longest: a server closes those that nobody uses.
      const connection = free.shift()
      if (connection) send(connection, at)
      else waiting.push(at)
    }
    if (going) setTimeout(tick, 1)
  }
  tick()
}

const patienceMs = 30_000

await Promise.all(
  Array.from({ length: plan.connections }, () =>
    openConnection({ hostname, port: Number(port) }, { onFree, onLost }),
  ),
)
going = true
const began = performance.now()
measureFrom = began + plan.warmUpSeconds * 1000
measureTo = measureFrom + plan.seconds * 1000
if (plan.rate === null) for (const connection of free.splice(0)) send(connection, began)
else keepRate(plan.rate, began)

await Bun.sleep(plan.warmUpSeconds * 1000)
const cpuBefore = process.cpuUsage()
await Bun.sleep(plan.seconds * 1000)
const cpu = process.cpuUsage(cpuBefore)
going = false
const deadline = performance.now() + patienceMs
while (dueOf.size > 0 || waiting.length > 0) {
  if (performance.now() > deadline) throw new Error(`${dueOf.size} requests were never answered`)
  await Bun.sleep(5)
}

const result: LoadFigures = {
  answers,
  refused,
  perSecond: times.length / plan.seconds,
  p50Ms: median(times),
  p99Ms: percentile(times, 0.99),
  maxMs: percentile(times, 1),
  generatorBusy: (cpu.user + cpu.system) / 1e6 / plan.seconds,
}
process.stdout.write(JSON.stringify(result))
process.exit(0)
