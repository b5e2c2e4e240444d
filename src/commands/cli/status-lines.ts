/** The status of a service as lines for a person. Pure. */
import { secondMs } from '../../clock'
import type { ReplicaStatus } from '../../suite/operations/replica-status'
import type { EndpointStatus, Status, SuiteStatus } from '../../suite/operations/status'
import { counted, inShort, verb } from '../../wording'
import { bold, dim, green, padTo, red, yellow } from './terminal'

const labelColumns = 12

const row = (label: string, value: string): string => `  ${padTo(label, labelColumns)}${value}`

const countsAsText = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')

/** WeCom pushes one every ten minutes, and each is good for thirty. */
const lateAfterSeconds = 20 * 60

const ticketOf = ({ ticketAgeSeconds: age }: SuiteStatus): string => {
  if (age === null) return red('none yet')
  const said = `${inShort(age * secondMs)} old`
  return age > lateAfterSeconds ? yellow(said) : green(said)
}

const tokenOf = ({ accessTokenExpiresAt: at }: SuiteStatus, now: number): string => {
  if (at === null) return yellow('none')
  return at > now ? green(`good for ${inShort(at - now)}`) : yellow('expired')
}

const suiteLines = (suite: SuiteStatus, now: number): string[] => [
  `${bold(suite.key)} ${dim(`${suite.kind}, ${suite.suiteId ?? 'suite id not known yet'}`)}`,
  ...(suite.observes ? [row('observes', yellow('another back-end does its work'))] : []),
  row('ticket', ticketOf(suite)),
  row('token', tokenOf(suite, now)),
  row('companies', countsAsText(suite.corps)),
  ...(suite.previousPairUsedAt === null
    ? []
    : [row('old Token', `used ${inShort(now - suite.previousPairUsedAt)} ago`)]),
  '',
]

const backupOf = ({ backup }: Status, now: number): string => {
  if (backup === null) return dim('none: SUITED_BACKUP_DIR is not set')
  const last = backup.lastAt === null ? 'none yet' : `made ${inShort(now - backup.lastAt)} ago`
  return backup.lastError === null
    ? last
    : `${last}; ${red(`the last try failed: ${backup.lastError}`)}`
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', bold(title), ...lines]

const stateOf = ({ status, reason, failingSince }: EndpointStatus, now: number): string => {
  const why = reason === null ? status : `${status} (${reason})`
  if (status === 'off') return red(why)
  if (status === 'paused') return yellow(why)
  return failingSince === null ? green(why) : yellow(`fails for ${inShort(now - failingSince)}`)
}

const endpointLine = (endpoint: EndpointStatus, now: number): string => {
  const { name, pending, oldestPendingAt, lastError } = endpoint
  const oldest =
    oldestPendingAt === null ? '' : `, the oldest for ${inShort(now - oldestPendingAt)}`
  const waiting = `${counted(pending, 'event')} ${verb(pending, 'waits', 'wait')}${oldest}`
  const error = lastError === null ? '' : dim(`; last error: ${lastError}`)
  return `  ${name} ${stateOf(endpoint, now)}, ${waiting}${error}`
}

/** A service of an older version tells of none. */
const endpointLines = ({ endpoints }: Partial<Pick<Status, 'endpoints'>>, now: number) => {
  if (!endpoints) return []
  const { count, items } = endpoints
  const more = count - items.length
  return [
    ...items.map((endpoint) => endpointLine(endpoint, now)),
    ...(more > 0 ? [dim(`  and ${more} more: suited endpoints lists them`)] : []),
  ]
}

const replicaLine = (replica: ReplicaStatus, now: number): string => {
  const { id, isThis, version, startedAt, clockOffsetMs, egressAddress, inHand } = replica
  const { events, deliveries, permanentCodes } = inHand
  const ahead = clockOffsetMs < 0 ? 'ahead' : 'behind'
  const clock = `clock ${Math.abs(clockOffsetMs)} ms ${ahead}`
  return [
    `  ${id}${isThis ? ' (answers this)' : ''} ${version}, up for ${inShort(now - startedAt)}`,
    Math.abs(clockOffsetMs) > secondMs ? yellow(clock) : clock,
    ...(egressAddress === null ? [] : [`calls from ${egressAddress}`]),
    `in hand: ${counted(events, 'event')}, ${counted(deliveries, 'delivery', 'deliveries')}`,
    ...(permanentCodes === 0 ? [] : [yellow(counted(permanentCodes, 'permanent code'))]),
  ].join(', ')
}

/** A service of an older version tells of none. */
const replicaLines = ({ replicas = [] }: Partial<Pick<Status, 'replicas'>>, now: number) =>
  replicas.map((replica) => replicaLine(replica, now))

/** A service of an older version tells of none. */
const failingJobs = ({ jobs = [] }: Partial<Pick<Status, 'jobs'>>, now: number): string[] =>
  jobs.flatMap(({ name, lastError, lastSuccessAt }) => {
    if (lastError === null) return []
    const success =
      lastSuccessAt === null
        ? 'never succeeded'
        : `last succeeded ${inShort(now - lastSuccessAt)} ago`
    return [`  ${yellow('○')} ${name}, ${success}: ${lastError}`]
  })

/**
 * @param refused lines about refused callbacks
 * @param now epoch milliseconds
 */
export const statusLines = (status: Status, refused: readonly string[], now: number): string[] => {
  const { version, startedAt, sdkUrl, suites, events, waiting, refusals, unreadable, warnings } =
    status
  const { oldestPendingAt, ...byStatus } = events
  const oldest =
    oldestPendingAt === null ? '' : `; the oldest waits for ${inShort(now - oldestPendingAt)}`
  return [
    `${bold(`suited ${version}`)} ${dim(`up for ${inShort(now - startedAt)}`)}`,
    '',
    ...suites.flatMap((suite) => suiteLines(suite, now)),
    row('events', countsAsText(byStatus) + oldest),
    row('backup', backupOf(status, now)),
    ...(sdkUrl ? [row('SDKs', sdkUrl)] : []),
    ...(unreadable.count > 0
      ? [row('unreadable', red(counted(unreadable.count, 'document')))]
      : []),
    ...section('Replicas', replicaLines(status, now)),
    ...section('Endpoints', endpointLines(status, now)),
    ...section(
      'Waiting for',
      waiting.flatMap(({ detail, cure }) => [`  ${yellow('○')} ${detail}`, `    ${dim(cure)}`]),
    ),
    ...section('Refused at WeCom’s URLs in the last hour', refused),
    ...section(
      'Refused by WeCom since the start',
      refusals.map(
        ({ errcode, count, lastAt, meaning }) =>
          `  ${errcode} ${counted(count, 'time')}, last ${inShort(now - lastAt)} ago${meaning ? `: ${meaning}` : ''}`,
      ),
    ),
    ...section('Failing in the background', failingJobs(status, now)),
    ...section(
      'Warnings',
      warnings.map((warning) => `  ${red('!')} ${warning}`),
    ),
  ]
}
