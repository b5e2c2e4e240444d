/** The differences between two readings of what a company granted. Pure. */
import type { CorpRecord } from '../../store/store'

/** One thing that changed. Lists tell what came and went, single values what they were and are. */
export type GrantChange =
  | { readonly what: string; readonly before: unknown; readonly after: unknown }
  | { readonly what: string; readonly added: unknown[]; readonly removed: unknown[] }

export type Grant = Pick<CorpRecord, 'name' | 'agentid' | 'authMode' | 'authInfo'>

/** The members of `privilege` that make up the visible range, by their names in WeCom's answer. */
const ranges = [
  'allow_party',
  'allow_user',
  'allow_tag',
  'extra_party',
  'extra_user',
  'extra_tag',
] as const

const privilegeOf = ({ authInfo }: Grant): Readonly<Record<string, unknown>> => {
  const { privilege } = (authInfo ?? {}) as { privilege?: unknown }
  return typeof privilege === 'object' && privilege !== null
    ? (privilege as Record<string, unknown>)
    : {}
}

/** The app's own name inside the company, which its admin may change. */
const appNameOf = ({ authInfo }: Grant): unknown =>
  ((authInfo ?? {}) as { name?: unknown }).name ?? null

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

const listChange = (what: string, before: unknown[], after: unknown[]): GrantChange | null => {
  const added = after.filter((item) => !before.includes(item))
  const removed = before.filter((item) => !after.includes(item))
  return added.length + removed.length > 0 ? { what, added, removed } : null
}

const valueChange = (what: string, before: unknown, after: unknown): GrantChange | null =>
  before === after ? null : { what, before, after }

/** The differences, in a stable order; empty if nothing that suited knows of changed. */
export const grantDiff = (before: Grant, after: Grant): GrantChange[] => {
  const old = privilegeOf(before)
  const now = privilegeOf(after)
  const changes = [
    valueChange('name', before.name, after.name),
    valueChange('app_name', appNameOf(before), appNameOf(after)),
    valueChange('agentid', before.agentid, after.agentid),
    valueChange('auth_mode', before.authMode, after.authMode),
    valueChange('privilege.level', old.level ?? null, now.level ?? null),
    ...ranges.map((range) =>
      listChange(`privilege.${range}`, listOf(old[range]), listOf(now[range])),
    ),
  ]
  return changes.filter((change) => change !== null)
}
