/**
 * JSON that a strict reader refuses, put right character by character: of WeCom's answers and of
 * messages that came as JSON. What can't be put right is left to fail. Pure.
 */

/** What may follow a quote that ends a text. Any other quote is one that nobody escaped. */
const afterText = /[\s\p{Cc}\uFEFF]*(?:[,:}\]]|$)/uy
/** What stands for itself inside of a text. */
const plain = /[^"\\\p{Cc}]+/uy
/** What an escape may be. Any other backslash stands for itself. */
const escapeForm = /\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})/y
/** A value without quotes: a number, a word, or neither. */
const bareValue = /[^\s\p{Cc}\uFEFF,:{}[\]"]+/uy
const strictNumberOrWord = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)$/
/** What may stand in front of a document: a byte order mark, zero bytes, bytes that are no text. */
const inFront = /^[\s\p{Cc}\uFEFF\uFFFD]*(?=\{)/u

/** Whether a text begins as an object does, whatever stands in front of it. */
export const beginsAsObject = (text: string): boolean => inFront.test(text)

/**
 * The second byte of a character in another encoding may look like a backslash, and then seems to
 * escape the quote at the end of its text.
 */
const seemingEscape = /\uFFFD\\(?="[\s\p{Cc}]*[,:}\]])/gu

/** Far deeper than anything of WeCom's. */
const deepest = 1000

const matchAt = (pattern: RegExp, text: string, at: number): string | null => {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? null
}

/** The text that begins with the quote at `from`, as strict JSON, and where it ends. */
const textFrom = (source: string, from: number): { json: string; end: number } => {
  let json = ''
  let at = from + 1
  while (at < source.length) {
    const kept = matchAt(plain, source, at) ?? matchAt(escapeForm, source, at)
    if (kept !== null) {
      json += kept
      at += kept.length
      continue
    }
    const character = source.charAt(at)
    at += 1
    if (character === '"' && matchAt(afterText, source, at) !== null) {
      return { json: `"${json}"`, end: at }
    }
    json += JSON.stringify(character).slice(1, -1)
  }
  return { json: `"${json}`, end: at }
}

/** The document as strict JSON, as far as that can be had; what follows its end is left out. */
const mended = (source: string): string => {
  const pieces: string[] = []
  let depth = 0
  let at = 0
  while (at < source.length) {
    const character = source.charAt(at)
    const bare = matchAt(bareValue, source, at)
    if (character === '"') {
      const text = textFrom(source, at)
      pieces.push(text.json)
      at = text.end
      continue
    }
    if (bare !== null) {
      pieces.push(strictNumberOrWord.test(bare) ? bare : JSON.stringify(bare))
      at += bare.length
      continue
    }
    const closes = character === '}' || character === ']'
    if (closes && pieces.at(-1) === ',') pieces.pop()
    // Blanks go, and with them control characters and marks between the values.
    if (/[,:{}[\]]/.test(character)) pieces.push(character)
    at += 1
    if (character === '{' || character === '[') depth += 1
    if (closes) depth -= 1
    if (depth === 0) break
    if (depth > deepest) throw new SyntaxError('It is nested too deep.')
  }
  return pieces.join('')
}

/**
 * The strict JSON of an object that may have raw control characters, quotes without escapes, bytes
 * of another encoding, values without quotes, a comma too many, and anything in front of it or
 * behind. It is strict JSON unless the object is cut off or torn.
 *
 * @throws {SyntaxError} it doesn't begin as an object does, or is nested too deep
 */
export const mendJson = (text: string): string => {
  if (!beginsAsObject(text)) throw new SyntaxError('It does not begin as an object does.')
  return mended(text.replace(inFront, '').replace(seemingEscape, '\uFFFD'))
}
