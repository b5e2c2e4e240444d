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
    const stored = await document.read()
    known = stored && Buffer.from(stored.secret, 'base64')
    return known && new Uint8Array(known)
  }

  const save = async (secret: Uint8Array) => {
    await document.write({ version: 1, secret: Buffer.from(secret).toString('base64') })
    known = Buffer.from(secret)
  }

  return {
    load,

    /** Not to overlap with itself, nor with `restore`. */
    async loadOrMake(): Promise<Uint8Array> {
      const stored = await load()
      if (stored) return stored
      const made = freshBytes(serviceSecretBytes)
      await save(made)
      return made.slice()
    },

    /** As the port has it. */
    async restore(
      secret: Uint8Array,
    ): Promise<Awaited<ReturnType<ServiceSecrets['restoreServiceSecret']>>> {
      const stored = await load()
      if (stored) return Buffer.from(secret).equals(stored) ? 'same' : 'other_kept'
      await save(secret)
      return 'restored'
    },
  }
}
