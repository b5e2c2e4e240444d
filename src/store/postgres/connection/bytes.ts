/** Texts in columns of `bytea`, which take any character. No I/O. */

/** A text for its column. */
export const bytesOf = (text: string): Uint8Array => Buffer.from(text)

/** The same; null for null. */
export const bytesOrNull = (text: string | null): Uint8Array | null =>
  text === null ? null : bytesOf(text)

/** A text out of its column. */
export const textIn = (bytes: Uint8Array): string => Buffer.from(bytes).toString()
