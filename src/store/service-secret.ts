/**
 * The port to the service's own secret: 32 random bytes from which the keys for handles, cookies
 * and states are derived (HKDF), each for its purpose. Described in `docs/storage.md`.
 *
 * A method that can't reach its storage throws ServiceError `store_unavailable`.
 */
import { type Static, Type } from '@sinclair/typebox'

export const serviceSecretBytes = 32

/** As text: base64, 32 bytes. */
export const ServiceSecretText = Type.String({ pattern: '^[A-Za-z0-9+/]{43}=$' })

export const ServiceSecretRecord = Type.Object({
  version: Type.Literal(1),
  secret: ServiceSecretText,
})
export type ServiceSecretRecord = Static<typeof ServiceSecretRecord>

export interface ServiceSecrets {
  /**
   * The secret; made when it is first asked for, durably before this resolves, and the same for
   * ever after and for every handle on this store. Sealed at rest where there is an encryption
   * key. To be asked for when it is needed, not before: an import brings none to a store that has
   * one.
   */
  serviceSecret(): Promise<Uint8Array>

  /** The secret if there is one; makes none. */
  loadServiceSecret(): Promise<Uint8Array | null>

  /**
   * Takes the secret of an export, durably, where there is none.
   *
   * @param secret 32 bytes
   */
  restoreServiceSecret(secret: Uint8Array): Promise<'restored' | 'same' | 'other_kept'>
}
