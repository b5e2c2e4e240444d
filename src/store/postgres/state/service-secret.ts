/** The service's own secret, as a row: whoever comes first makes it for all. */
import { serviceSecretKind } from '../../driver/records/record-kinds'
import { type ServiceSecrets, serviceSecretBytes } from '../../service-secret'
import type { Database } from '../connection/database'
import type { Records } from './records'

const name = 'service secret'
const load = 'SELECT value FROM meta WHERE name = $1'
const add = 'INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1'

/** @param parts.freshBytes fresh unpredictable bytes */
export const createServiceSecretRow = (parts: {
  database: Database
  records: Records
  freshBytes: (count: number) => Uint8Array
}): ServiceSecrets => {
  const { database, records, freshBytes } = parts

  const stored = async (): Promise<Uint8Array | null> => {
    const [row] = await database.query<{ value: string }>(load, [name])
    if (!row) return null
    const { secret } = records.open(serviceSecretKind, `meta/${name}`, row.value)
    return new Uint8Array(Buffer.from(secret, 'base64'))
  }

  const keep = async (secret: Uint8Array): Promise<boolean> => {
    const text = Buffer.from(secret).toString('base64')
    const sealed = records.seal(serviceSecretKind, { version: 1, secret: text })
    return (await database.query(add, [name, sealed])).length > 0
  }

  return {
    async serviceSecret() {
      const standing = await stored()
      if (standing) return standing
      const made = freshBytes(serviceSecretBytes)
      if (await keep(made)) return made.slice()
      // Another one was quicker.
      return (await stored()) ?? made.slice()
    },

    loadServiceSecret: stored,

    async restoreServiceSecret(secret) {
      if (await keep(secret)) return 'restored'
      const standing = await stored()
      return standing && Buffer.from(secret).equals(standing) ? 'same' : 'other_kept'
    },
  }
}
