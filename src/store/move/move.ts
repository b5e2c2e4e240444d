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
  see: (records: readonly object[]) => Promise<unknown>,
): Promise<Count & { readonly damaged: readonly Damage[] }> => {
  const fingerprint = createFingerprint()
  const damaged: Damage[] = []
  for await (const stretch of kind.read(from)) {
    for (const record of stretch.records) fingerprint.add(record)
    damaged.push(...(stretch.damaged ?? []))
    if (stretch.records.length > 0) await see(stretch.records)
  }
  return { kind, fingerprint: fingerprint.end(), damaged }
}

const countAll = async (
  from: Holding,
  see: (kind: Kind, records: readonly object[]) => Promise<unknown>,
): Promise<Survey> => {
  const found: Awaited<ReturnType<typeof countKind>>[] = []
  for (const kind of kinds) {
    found.push(await countKind(kind, from, (records) => see(kind, records)))
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
