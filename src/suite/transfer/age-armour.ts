/** The text form of the age format: Base64 between two lines, as `age --armor` writes it. Pure. */
import { type Bytes, linesOf } from './byte-stream'
import { ExportUnreadable } from './unusable-export'

export const armourBegin = '-----BEGIN AGE ENCRYPTED FILE-----'
const armourEnd = '-----END AGE ENCRYPTED FILE-----'
const fullLine = 64

const decoded = (line: string): Uint8Array => {
  const bytes = Buffer.from(line, 'base64')
  if (bytes.length === 0 || bytes.toString('base64') !== line) throw new ExportUnreadable('altered')
  return bytes
}

/**
 * The bytes of an armoured file.
 *
 * @throws {ExportUnreadable} altered
 */
export async function* withoutArmour(file: Bytes): AsyncGenerator<Uint8Array> {
  let place: 'before' | 'full' | 'short' | 'behind' = 'before'
  for await (const text of linesOf(file)) {
    const line = text.trimEnd()
    if (place === 'behind') {
      if (line !== '') throw new ExportUnreadable('altered')
    } else if (place === 'before') {
      if (line !== armourBegin) throw new ExportUnreadable('altered')
      place = 'full'
    } else if (line === armourEnd) {
      place = 'behind'
    } else {
      if (place === 'short' || line.length > fullLine) throw new ExportUnreadable('altered')
      if (line.length < fullLine) place = 'short'
      yield decoded(line)
    }
  }
  if (place !== 'behind') throw new ExportUnreadable('altered')
}
