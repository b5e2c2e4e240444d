/** The beginning of an answer; what is longer is cut, and the connection closed. */

/**
 * Up to so many bytes of it, as text. Ends at the end of the body, at the limit, or when the body
 * fails: what came until then is enough.
 */
export const beginningOf = async (response: Response, mostBytes: number): Promise<string> => {
  const reader = response.body?.getReader()
  if (!reader) return ''
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    while (length < mostBytes) {
      const { done, value } = await reader.read()
      if (done) break
      chunks.push(value)
      length += value.length
    }
  } catch {
    // The status stands; of the rest nobody needs more.
  }
  await reader.cancel().catch(() => undefined)
  const bytes = Buffer.concat(chunks).subarray(0, mostBytes)
  return new TextDecoder().decode(bytes).replaceAll('\u0000', '')
}
