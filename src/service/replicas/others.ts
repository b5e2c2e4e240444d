/** What operators are told of the replicas, and of what others than this one have learnt. */
import { secondMs } from '../../clock'
import { ServiceError } from '../../errors'
import type { EndpointFilter } from '../../store/endpoints'
import type { Life } from '../../store/replicas/life'
import { missingKeysText } from '../../store/replicas/missing-keys'
import type { ReplicaSeen } from '../../store/replicas/replicas'
import type { Shared } from '../../store/replicas/shared'
import {
  outageText,
  type ReplicaStatus,
  replicaStatus,
  replicaWarnings,
  standsBack,
} from '../../suite/operations/replica-status'

export interface Others {
  /** All that live, this one among them; none where the state is this process's own. */
  status(): ReplicaStatus[]
  /** @param madeByApi the names of endpoints that each of them has, whatever its settings are */
  warnings(madeByApi: ReadonlySet<string>): string[]
  /** The addresses from where WeCom refuses their calls; '' one that it didn't name. */
  refusedAddresses(): string[]
  /** Ids that they were told of and that no setting has yet. */
  learntIds(): ReplicaSeen['learntIds']
  /** The suites of their settings. */
  suites(): readonly { readonly key: string; readonly suiteId: string }[]
  /** The endpoints of their settings. */
  endpoints(): readonly EndpointFilter[]
  /** @throws {ServiceError} store_unavailable while what they share is away; it says what it is */
  assertThere(): void
  /** @throws {ServiceError} store_unavailable while this machine is in no state to serve */
  assertFit(): void
}

const alone: Others = {
  status: () => [],
  warnings: () => [],
  refusedAddresses: () => [],
  learntIds: () => [],
  suites: () => [],
  endpoints: () => [],
  assertThere: () => undefined,
  assertFit: () => undefined,
}

/** One sentence; none while no key is missing. */
const keyWarnings = (life: Pick<Life, 'missingKeys'>): string[] => {
  const ids = life.missingKeys()
  return ids.length === 0 ? [] : [missingKeysText(ids)]
}

/** @param shared null where the state is this process’s own */
export const createOthers = (shared: Shared | null): Others => {
  if (shared === null) return alone
  const { life, replicaId } = shared
  const others = () => life.living().filter(({ id }) => id !== replicaId)
  return {
    status: () => life.living().map((replica) => replicaStatus(replica, replicaId)),
    warnings: (madeByApi) => [
      ...keyWarnings(life),
      ...replicaWarnings(life.living(), replicaId, madeByApi),
    ],
    refusedAddresses: () =>
      others().flatMap(({ seen }) => (seen.addressRefused ? [seen.egressAddress ?? ''] : [])),
    learntIds: () => others().flatMap(({ seen }) => seen.learntIds),
    suites: () => others().flatMap(({ seen }) => seen.suites ?? []),
    endpoints: () => others().flatMap(({ seen }) => seen.endpoints ?? []),
    assertThere() {
      const outage = shared.outage()
      if (outage === null) return
      throw new ServiceError('store_unavailable', outageText(outage), { retryAfterSeconds: 5 })
    },
    assertFit() {
      const [missing] = keyWarnings(life)
      if (missing !== undefined) throw new ServiceError('store_unavailable', missing)
      if (!standsBack(life.clockOffsetMs(), others())) return
      const offsetSeconds = Math.round(Math.abs(life.clockOffsetMs()) / secondMs)
      throw new ServiceError(
        'store_unavailable',
        `The clock of this machine differs from the database’s by ${offsetSeconds} s: let both follow NTP.`,
      )
    },
  }
}
