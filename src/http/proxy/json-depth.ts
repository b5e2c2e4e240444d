/** How deep the JSON of a body is nested: reading what is nested without end takes seconds. Pure. */

/** WeCom's bodies have a few levels. */
const deepest = 200

const quote = 0x22
const backslash = 0x5c
const isOpening = (byte: number | undefined) => byte === 0x5b || byte === 0x7b
const isClosing = (byte: number | undefined) => byte === 0x5d || byte === 0x7d

/** Where a text ends that begins before `from`: behind its closing quote. */
const endOfText = (bytes: Uint8Array, from: number): number => {
  for (let i = from; i < bytes.length; i++) {
    if (bytes[i] === backslash) i++
    else if (bytes[i] === quote) return i
  }
  return bytes.length
}

/** Whether a body of JSON has more levels than any of WeCom's. */
export const isTooDeep = (bytes: Uint8Array): boolean => {
  let depth = 0
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]
    if (byte === quote) i = endOfText(bytes, i + 1)
    else if (isOpening(byte)) depth++
    else if (isClosing(byte)) depth--
    if (depth > deepest) return true
  }
  return false
}
