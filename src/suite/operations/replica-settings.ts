/** What the settings of the replicas name differently, as an operator is told of it. Pure. */
import type { ReplicaRecord } from '../../store/replicas/replicas'
import { verb } from '../../wording'

/** Commands on the state are among the replicas while they run, and serve nobody. */
export const isService = ({ settings }: ReplicaRecord): boolean => settings !== ''

export const settingsWarnings = (living: readonly ReplicaRecord[]): string[] => {
  const groups = Map.groupBy(living.filter(isService), ({ settings }) => settings)
  if (groups.size < 2) return []
  const shown = [...groups.values()].map((group) => group.map(({ id }) => id).join(', '))
  return [
    `Replicas run with different settings (${shown.join(' / ')}): give all of them the same, and restart those that have others. While settings are being changed this is as it should be.`,
  ]
}

/** What only some have: its name, and the ids of who has it and who lacks it. */
interface HadBySome {
  readonly name: string
  readonly having: readonly string[]
  readonly lacking: readonly string[]
}

/** @param namesOf null: it doesn't tell them, and is left out */
const hadBySome = (
  living: readonly ReplicaRecord[],
  namesOf: (seen: ReplicaRecord['seen']) => readonly string[] | null,
): HadBySome[] => {
  const telling = living.filter(isService).flatMap(({ id, seen }) => {
    const names = namesOf(seen)
    return names === null ? [] : [{ id, names: new Set(names) }]
  })
  const names = new Set(telling.flatMap((replica) => [...replica.names]))
  return [...names].flatMap((name) => {
    const having = telling.filter((replica) => replica.names.has(name)).map(({ id }) => id)
    const lacking = telling.filter((replica) => !replica.names.has(name)).map(({ id }) => id)
    return lacking.length === 0 ? [] : [{ name, having, lacking }]
  })
}

const standsIn = ({ having, lacking }: HadBySome): string =>
  `stands in the settings of ${having.join(', ')} and not of ${lacking.join(', ')}`

/** @param madeByApi the names of endpoints that each of them has, whatever its settings are */
export const endpointWarnings = (
  living: readonly ReplicaRecord[],
  madeByApi: ReadonlySet<string>,
): string[] =>
  hadBySome(living, ({ endpoints }) => endpoints?.map(({ name }) => name) ?? null).map((some) => {
    const { name, having, lacking } = some
    if (madeByApi.has(name)) {
      return `The endpoint ${name} ${standsIn(some)}, and another one of that name was made by API: ${lacking.join(', ')} ${verb(lacking.length, 'sends', 'send')} to the address of that one, and each event goes to one of both addresses. Remove [[endpoints]] ${name} from the settings or give it another name there, or give it to all replicas: then that of the settings counts.`
    }
    const they = verb(having.length, 'that replica', 'those replicas')
    return `The endpoint ${name} ${standsIn(some)}: only ${they} can send what is for it, and what comes while ${they} ${verb(having.length, 'is', 'are')} away is not kept for it. Give all replicas the same settings, or make it with POST /api/endpoints, which all of them know within two seconds.`
  })

/** Those whose suite_id the settings don't name yet are told by nobody. */
export const suiteWarnings = (living: readonly ReplicaRecord[]): string[] =>
  hadBySome(living, ({ suites }) => suites?.map(({ suiteId }) => suiteId) ?? null).map((some) => {
    const { name, having, lacking } = some
    const key = living
      .flatMap(({ seen: { suites } }) => suites ?? [])
      .find(({ suiteId }) => suiteId === name)?.key
    return `The suite ${key} (${name}) ${standsIn(some)}: only ${having.join(', ')} ${verb(having.length, 'works', 'work')} on its events, and ${lacking.join(', ')} ${verb(lacking.length, 'answers', 'answer')} its callbacks and pages 404. Give all replicas the same settings, before its URLs stand in WeCom’s console.`
  })
