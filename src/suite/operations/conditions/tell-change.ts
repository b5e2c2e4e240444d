/**
 * The telling of changes: what is found is compared with the last fact of the condition, and a
 * change leaves one event of suited's own, whichever process finds it.
 */
import type { OwnEvents } from '../../../events/own-events'
import type { Fact, Facts } from '../../../store/facts'
import {
  type Condition,
  type ConditionTypes,
  changeOf,
  type Details,
  payloadOfFact,
  type Told,
  toldBy,
} from './condition'

/** Whose condition it is. */
export interface Subject {
  readonly types: ConditionTypes
  /** Null: of the provider. */
  readonly suiteId: string | null
  /** What tells it from others of the same types and suite, as a member of the payload. */
  readonly kind: { readonly token?: string }
  /** What else stands in each of its events. */
  readonly labels: Details
}

export type TellChange = (
  subject: Subject,
  find: (told: Told | null) => Condition,
) => Promise<Condition>

const readAtOnce = 50

const isOfKind = (fact: Fact, { kind }: Subject): boolean =>
  kind.token === undefined || payloadOfFact(fact).token === kind.token

export const createTellChange = (parts: {
  facts: Pick<Facts, 'listFacts'>
  ownEvents: OwnEvents
}): TellChange => {
  const { facts, ownEvents } = parts

  const latestOf = async (subject: Subject): Promise<Fact | null> => {
    const { types, suiteId } = subject
    const query = {
      types: [types.begins, types.ends],
      suiteId: suiteId ?? undefined,
      limit: readAtOnce,
    }
    let cursor: string | undefined
    do {
      const page = await facts.listFacts({ ...query, cursor })
      const latest = page.items.find((fact) => isOfKind(fact, subject))
      if (latest) return latest
      cursor = page.next ?? undefined
    } while (cursor !== undefined)
    return null
  }

  return async (subject, find) => {
    const { types, suiteId, kind, labels } = subject
    const latest = await latestOf(subject)
    const told = toldBy(types, latest)
    const condition = find(told)
    const change = changeOf(types, condition, told)
    if (change) {
      // What two processes find after the same fact is the same change. What could not be written
      // is found again by the next look.
      const identity = [change.type, suiteId, kind.token, 'after', latest?.id ?? 'nothing'].join(
        ' ',
      )
      const payload = { ...labels, ...kind, ...change.payload }
      await ownEvents.add(change.type, suiteId, null, payload, identity)
    }
    return condition
  }
}
