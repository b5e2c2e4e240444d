/** A refused callback: the error that its sender gets, and what is counted of it. */
import { type ErrorCode, ServiceError } from '../../../errors'
import type { CallbackPair } from '../../../wecom/callback/envelope'
import type { CallbackPlace } from '../../callback-place'
import type { Mistake } from './mistake'

/** The caller learns the code and the sentence alone. */
export class RefusedCallbackError extends ServiceError {
  /** @param signer the pair that was expected and signed it; null if none did */
  constructor(
    code: ErrorCode,
    message: string,
    readonly mistake: Mistake,
    readonly signer: CallbackPair | null = null,
  ) {
    super(code, message)
  }
}

/** The corpid of a path is null where strangers could have made it up. */
export type RefusedPlace = Omit<CallbackPlace, 'suite'> & { readonly suiteKey: string | null }

export interface RefusedCallback {
  readonly mistake: Mistake
  readonly place: RefusedPlace
  readonly by: 'check' | 'push'
  /** The network that it came from; null if it came over none. */
  readonly network: string | null
  /** The address in it; of a group that of its latest. */
  readonly address: string | null
  /** The pair that was expected and signed it; null if none did. */
  readonly signer: CallbackPair | null
}
