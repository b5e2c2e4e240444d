/** The service's own secret, as a document. */
import { type ServiceSecrets, serviceSecretBytes } from '../service-secret'
import { serviceSecretDocument } from './document/document-kinds'
import type { Documents } from './document/documents'

/** @param freshBytes fresh unpredictable bytes */
export const createServiceSecretDocument = (
  documents: Documents,
  freshBytes: (count: number) => Uint8Array,
) => {
  const document = documents.at(serviceSecretDocument)
  let known: Buffer | null = null

  const load = async (): Promise<Uint8Array | null> => {
    if (known) return new Uint8Array(known)
    const standing = await document.read()
    known = standing && Buffer.from(standing.secret, 'base64')
    return known && new Uint8Array(known)
  }

  const keep = async (secret: Uint8Array) => {
    await document.write({ version: 1, secret: Buffer.from(secret).toString('base64') })
    known = Buffer.from(secret)
  }

  return {
    load,

    /** Not to overlap with itself, nor with `restore`. */
    async loadOrMake(): Promise<Uint8Array> {
      const standing = await load()
      if (standing) return standing
      const made = freshBytes(serviceSecretBytes)
      await keep(made)
      return made.slice()
    },

    /** As the port has it. */
    async restore(
      secret: Uint8Array,
    ): Promise<Awaited<ReturnType<ServiceSecrets['restoreServiceSecret']>>> {
      const standing = await load()
      if (standing) return Buffer.from(secret).equals(standing) ? 'same' : 'other_kept'
      await keep(secret)
      return 'restored'
    },
  }
}
