/**
 * What a power cut leaves on a disk. Of a file: the text as it was last synced, or any beginning of
 * what was written since, or as many zeros. Of a folder: its names as they were last synced, and
 * any of the changes since, in any order.
 */
import type { Random } from '../../../../src/retry'
import { emptyFolder, type FileNode, type FolderNode, type Node } from './power-cut-disk'

/** What may stand in a file that was being written when the power went. */
const tornText = ({ text, synced }: FileNode, random: Random): string => {
  if (text === synced) return text
  const kept = text.slice(0, Math.floor(random() * (text.length + 1)))
  const choices = [synced, text, kept, '', '\0'.repeat(text.length), kept.padEnd(text.length, '\0')]
  return choices[Math.floor(random() * choices.length)] ?? synced
}

const shuffled = <T>(list: readonly T[], random: Random): T[] =>
  list
    .map((value) => ({ value, at: random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ value }) => value)

/**
 * One of the states in which a power cut may leave the disk; all that is in it counts as synced.
 */
export const afterPowerCut = (root: FolderNode, random: Random): FolderNode => {
  const survivors = new Map<Node, Node>()
  const survivor = (node: Node): Node => {
    const known = survivors.get(node)
    if (known) return known
    if (node.kind === 'file') {
      const text = tornText(node, random)
      const file: FileNode = { kind: 'file', text, synced: text }
      survivors.set(node, file)
      return file
    }
    const folder = emptyFolder()
    survivors.set(node, folder)
    const names = new Map(node.synced)
    // From nothing to everything: each time another part of the changes has reached the disk.
    const share = random()
    for (const changed of shuffled(node.pending, random)) {
      if (random() >= share) continue
      for (const [name, to] of changed) {
        if (to === null) names.delete(name)
        else names.set(name, to)
      }
    }
    for (const [name, found] of names) {
      folder.names.set(name, survivor(found))
      folder.synced.set(name, survivor(found))
    }
    return folder
  }
  return survivor(root) as FolderNode
}
