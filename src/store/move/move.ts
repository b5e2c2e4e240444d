/** The move of all state from one store into another, and the proof that it is there. */
import { createFingerprint, type Fingerprint, isSame } from './fingerprint'
import { type Damage, type Holding, type Kind, kinds } from './kinds'

/** What there is of one kind. */
export interface Count {
  readonly kind: Kind
  readonly fingerprint: Fingerprint
}

export interface Survey {
  readonly counts: readonly Count[]
  readonly damaged: readonly Damage[]
}

/** Goes through all of one kind; `see` gets each stretch of it. */
const countKind = async (
  kind: Kind,
  from: Holding,
  lost: ReadonlySet<string>,
  see: (records: readonly object[]) => Promise<unknown>,
): Promise<Count & { readonly damaged: readonly Damage[] }> => {
  const fingerprint = createFingerprint()
  const damaged: Damage[] = []
  for await (const stretch of kind.read(from)) {
    const { partOf } = kind
    const records = partOf
      ? stretch.records.filter((record) => !lost.has(partOf(record)))
      : stretch.records
    for (const record of records) fingerprint.add(record)
    damaged.push(...(stretch.damaged ?? []))
    if (records.length > 0) await see(records)
  }
  return { kind, fingerprint: fingerprint.end(), damaged }
}

const countAll = async (
  from: Holding,
  see: (kind: Kind, records: readonly object[]) => Promise<unknown>,
): Promise<Survey> => {
  const found: Awaited<ReturnType<typeof countKind>>[] = []
  const lost = new Set<string>()
  for (const kind of kinds) {
    const counted = await countKind(kind, from, lost, (records) => see(kind, records))
    for (const { what } of counted.damaged) lost.add(what)
    found.push(counted)
  }
  return { counts: found, damaged: found.flatMap(({ damaged }) => damaged) }
}

/** What a store holds; it is only read. */
export const surveyOf = (holding: Holding): Promise<Survey> => countAll(holding, async () => null)

/** Whether a store holds anything; it is read up to the first record. */
export const isEmpty = async (holding: Holding): Promise<boolean> => {
  for (const kind of kinds) {
    for await (const { records, damaged = [] } of kind.read(holding)) {
      if (records.length > 0 || damaged.length > 0) return false
    }
  }
  return true
}

/** Adds all that one store holds to another one, which is empty; what it was. */
export const copyAll = (from: Holding, to: Holding): Promise<Survey> =>
  countAll(from, (kind, records) => kind.add(to, records))

/** The kinds of which two stores don't hold the same, with both counts. */
export const differences = (
  one: Survey,
  other: Survey,
): readonly { readonly kind: Kind; readonly one: number; readonly other: number }[] =>
  one.counts.flatMap(({ kind, fingerprint }, at) => {
    const twin = other.counts[at]
    if (twin && isSame(fingerprint, twin.fingerprint)) return []
    return [{ kind, one: fingerprint.count, other: twin?.fingerprint.count ?? 0 }]
  })
