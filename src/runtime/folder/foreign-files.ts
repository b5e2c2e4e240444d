/**
 * Files in a data folder that belong to another user than this process, which may not read them
 * then.
 */
import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { nameOfUser } from './folder-user'

const deepest = 3
const shown = 3

interface ForeignFile {
  readonly path: string
  readonly uid: number
}

const foreignFilesBelow = function* (
  dir: string,
  below: string,
  me: number,
  depth: number,
): Generator<ForeignFile> {
  let names: string[]
  try {
    names = readdirSync(join(dir, below)).sort()
  } catch {
    return
  }
  for (const name of names) {
    const path = join(below, name)
    try {
      const found = lstatSync(join(dir, path))
      if (found.uid !== me) yield { path, uid: found.uid }
      if (found.isDirectory() && depth < deepest) yield* foreignFilesBelow(dir, path, me, depth + 1)
    } catch {
      // Removed meanwhile.
    }
  }
}

/**
 * A sentence that names the first of them and how to give them back; null if there are none.
 *
 * @param me the user of this process; root reads everything
 */
export const describeForeignFiles = (dir: string, me: number | undefined): string | null => {
  if (me === undefined || me === 0) return null
  const foreign = [...foreignFilesBelow(dir, '', me, 1)]
  const [first] = foreign
  if (first === undefined) return null
  const names = foreign.slice(0, shown).map(({ path }) => path)
  const more = foreign.length > shown ? ` and ${foreign.length - shown} more` : ''
  return `What is not of ${nameOfUser(me)} in it: ${names.join(', ')}${more}, of ${nameOfUser(first.uid)}. As root, give it back: chown -R ${nameOfUser(me)} ${dir}`
}
