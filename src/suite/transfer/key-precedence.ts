/** Which record of an API key counts, where an export and the store each have one. No I/O. No clock. */
import type { ApiKeyRecord } from '../../store/api-keys'

const newestHash = ({ secrets }: ApiKeyRecord): string | undefined => secrets[0]?.hash

const isIn = (hash: string | undefined, { secrets }: ApiKeyRecord): boolean =>
  secrets.some((secret) => secret.hash === hash)

/**
 * What becomes of a key of an export: a revocation counts for ever, else the later rotation. Where
 * neither key comes out of the other, the one that stands is kept.
 */
export const judgeKey = (
  standing: ApiKeyRecord | null,
  key: ApiKeyRecord,
): 'imported' | 'already_there' | 'newer_kept' => {
  if (standing === null) return 'imported'
  const isRevoked = key.revokedAt !== null
  if (standing.revokedAt !== null) return isRevoked ? 'already_there' : 'newer_kept'
  if (isRevoked) return 'imported'
  if (newestHash(key) === newestHash(standing)) return 'already_there'
  return isIn(newestHash(standing), key) ? 'imported' : 'newer_kept'
}
