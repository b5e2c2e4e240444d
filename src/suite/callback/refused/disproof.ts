/**
 * The disproof of mistakes by an accepted callback: those of earlier ones that can't be there any
 * more. Pure.
 */
import type { CallbackPair } from '../../../wecom/callback/envelope'
import { standingFor } from './mistake'
import type { RefusedCallback, RefusedPlace } from './refused-callback'

export interface AcceptedCallback {
  readonly place: RefusedPlace
  readonly by: 'check' | 'push'
  /** The pair that signed it. */
  readonly pair: CallbackPair
  /** The key of the suite whose pair that is; null for the provider's own. */
  readonly owner: string | null
  /** The ids that it named: of its suite or provider, and its receive id. */
  readonly receivers: readonly string[]
}

const isAtSamePlace = ({ place: one }: AcceptedCallback, { place: other }: RefusedCallback) =>
  one.url === other.url &&
  one.suiteKey === other.suiteKey &&
  (one.url !== 'company' || one.pathCorpid === other.pathCorpid)

/** It came to a URL of its owner's, of the kind that the other one should have come to. */
const isWhereItBelongs = (accepted: AcceptedCallback, { mistake, place }: RefusedCallback) =>
  accepted.owner === mistake.owner &&
  accepted.place.url === (mistake.owner === null ? 'system' : place.url)

/**
 * Whether an accepted callback shows that what made an earlier one be refused is mended. A URL may
 * be pasted into several forms, so that good pushes prove nothing of those of another pair, for
 * another receiver or with another company in their path. When a form is saved, WeCom checks its
 * URL.
 */
export const disproves = (accepted: AcceptedCallback, refused: RefusedCallback): boolean => {
  const { mistake, place, signer } = refused
  const here = isAtSamePlace(accepted, refused)
  if (standingFor(mistake) !== 'signed') return here
  switch (mistake.code) {
    case 'another_suites_pair':
    case 'former_pair':
    case 'another_suites_url':
      // Of system events there is one form alone.
      return place.url === 'system' ? here : isWhereItBelongs(accepted, refused)
    case 'wrong_suite_id':
    case 'wrong_provider_corpid':
    case 'wrong_receive_id':
    case 'empty_receive_id':
      return (
        here && (accepted.by === 'check' || accepted.receivers.includes(mistake.came as string))
      )
    case 'wrong_company':
      // The company that the path names may push there as well, rightly.
      return here && accepted.by === 'check'
    default:
      return here && (signer === null || accepted.pair.token === signer.token)
  }
}
