/**
 * What a list has of a company beside its code: a callback pair and a site. They are taken where
 * none stands; what stands was entered later than the list was made, and stays. Pure.
 */
import type { CorpRecord } from '../../store/store'

export const listedDetails = ['callbackPair', 'site'] as const
export type ListedDetail = (typeof listedDetails)[number]

export interface ListedDetails {
  /** Of a customised app. */
  readonly callbackPair?: CorpRecord['callbackPair'] | undefined
  readonly site?: CorpRecord['site'] | undefined
}

/** What of the list's the record lacks. */
export const missingDetails = (
  current: CorpRecord | null,
  listed: ListedDetails,
): Partial<Pick<CorpRecord, ListedDetail>> => {
  const { callbackPair, site } = listed
  return {
    ...(callbackPair && !current?.callbackPair && { callbackPair }),
    ...(site && !current?.site && { site }),
  }
}

export const hasMissing = (current: CorpRecord | null, listed: ListedDetails): boolean =>
  Object.keys(missingDetails(current, listed)).length > 0

/** What of the list's is another one in the record. */
export const keptDetails = (current: CorpRecord | null, listed: ListedDetails): ListedDetail[] =>
  listedDetails.filter((detail) => {
    const [own, other] = [current?.[detail], listed[detail]]
    return own !== undefined && other !== undefined && !Bun.deepEquals(own, other)
  })
