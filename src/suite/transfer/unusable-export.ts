/**
 * The reasons why an export is refused, always as a whole and before anything of it is imported.
 */
import { ServiceError } from '../../errors'

export type UnreadableReason =
  /** Cut off, changed, or never an export of suited. */
  | 'altered'
  /** A newer suited wrote it. */
  | 'newer'
  /** It opens with the key of the suited that wrote it, which was not given. */
  | 'key_needed'
  | 'passphrase_needed'
  | 'wrong_key'
  | 'wrong_passphrase'
  /** The state without secrets: enough to look at, not to live on. */
  | 'no_secrets'

const sentences: Readonly<Record<UnreadableReason, string>> = {
  altered: 'The export is cut off or was altered.',
  newer: 'A newer suited wrote this export: import it with that one.',
  key_needed:
    'The export opens with the SUITED_ENCRYPTION_KEY of the suited that wrote it: set it.',
  passphrase_needed: 'The export opens with a passphrase: give --passphrase-file.',
  wrong_key: 'The export opens with another SUITED_ENCRYPTION_KEY.',
  wrong_passphrase: 'The export opens with another passphrase.',
  no_secrets: 'This is the state without its secrets, which is for reading alone.',
}

/** An export that can't be taken, as a whole. Code `invalid_request`. */
export class ExportUnreadable extends ServiceError {
  constructor(readonly reason: UnreadableReason) {
    super('invalid_request', `${sentences[reason]} Nothing of it was imported.`, {
      extra: { reason },
    })
  }
}
