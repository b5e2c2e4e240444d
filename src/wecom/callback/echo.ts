/**
 * The echostr of a URL check, told from a pushed message. One signature fits both: whoever saw a
 * push go by could hand its ciphertext in as an echostr and read the answer. No I/O. No clock.
 */

/** WeCom's echoes are about twenty digits; the longest that anybody has shown is 23. */
const longestEcho = 128

// biome-ignore lint/suspicious/noControlCharactersInRegex: an echo has none of them
const controlCharacter = /[\u0000-\u001F\u007F-\u009F\u2028\u2029]/

const startsLikeMessage = /^[\s\uFEFF]*[<{[]/

/**
 * Why a decrypted echostr is not answered; null if it is an echo: one line of at most 128
 * characters that begins neither as XML nor as JSON does.
 */
export const whyNoEcho = (plain: string): 'message' | 'too_long' | 'control_character' | null => {
  if (startsLikeMessage.test(plain)) return 'message'
  if (plain.length > longestEcho) return 'too_long'
  return controlCharacter.test(plain) ? 'control_character' : null
}
