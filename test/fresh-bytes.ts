/** Bytes for secrets in tests, each time others. */
export const freshBytes = (count: number): Uint8Array =>
  crypto.getRandomValues(new Uint8Array(count))
