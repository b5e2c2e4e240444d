/** What is said of keys with which other replicas encrypt and that this one was not given. Pure. */

/** @param ids the digits of the keys, one at least */
export const missingKeysText = (ids: readonly string[]): string => {
  const keys = ids.length === 1 ? 'the key' : 'the keys'
  return `Other replicas encrypt with ${keys} ${ids.join(' and ')}, which this one was not given: set SUITED_ENCRYPTION_KEY to it, and SUITED_PREVIOUS_ENCRYPTION_KEY to the one before.`
}
