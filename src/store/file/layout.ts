/** Which document lies where below the data folder, and the other way round. */
import { join } from 'node:path'
import type { Logger } from '../../log'
import { documentName, idOfName } from './document-name'
import { copyEnding, temporaryEnding } from './durable-adapter'
import { type FileSystem, removeFile } from './file-system'
import { makePrivateFolder, namesIn } from './folder'

const ending = '.json'

export const suiteFile = (suiteId: string) => `suites/${documentName(suiteId)}${ending}`

export const corpFile = (suiteId: string, corpid: string) =>
  `corps/${documentName(suiteId)}/${documentName(corpid)}${ending}`

export const tokenFile = (suiteId: string, corpid: string | null) =>
  corpid === null
    ? `tokens/${documentName(suiteId)}${ending}`
    : `tokens/${documentName(suiteId)}/${documentName(corpid)}${ending}`

/** The owners of the documents that the data folder held when it was opened. */
export interface Inventory {
  readonly suiteIds: readonly string[]
  readonly corps: readonly { readonly suiteId: string; readonly corpid: string }[]
  readonly tokens: readonly { readonly suiteId: string; readonly corpid: string | null }[]
}

const idsOfDocuments = (names: readonly string[], withCopies: boolean): string[] => {
  const ids = names.flatMap((name) => {
    const isCopy = withCopies && name.endsWith(copyEnding)
    const own = isCopy ? name.slice(0, -copyEnding.length) : name
    return own.endsWith(ending) ? (idOfName(own.slice(0, -ending.length)) ?? []) : []
  })
  return [...new Set(ids)]
}

/**
 * Makes the folders where they are missing, removes what a crash left half written, and tells which
 * documents there are, without reading them. Nothing else may write below `dir` meanwhile.
 *
 * @param withCopies whether a document counts of which only the copy is left
 */
export const openLayout = async (
  fs: FileSystem,
  dir: string,
  log: Logger,
  withCopies = false,
): Promise<Inventory> => {
  const idsIn = (names: readonly string[]) => idsOfDocuments(names, withCopies)
  const tidy = async (folder: string): Promise<string[]> => {
    const names = await namesIn(fs, folder)
    const leftovers = names.filter((name) => name.endsWith(temporaryEnding))
    for (const name of leftovers) await removeFile(fs, join(folder, name))
    return names
  }
  const open = async (name: string) => {
    const folder = join(dir, name)
    await makePrivateFolder(fs, folder, log)
    return tidy(folder)
  }
  /** The names in `corps` or `tokens`, and the companies in the folders of suites among them. */
  const openSuites = async (name: string) => {
    const names = await open(name)
    const corps: { suiteId: string; corpid: string }[] = []
    for (const entry of names) {
      const suiteId = idOfName(entry)
      if (suiteId === null) continue
      const documents = await tidy(join(dir, name, entry))
      for (const corpid of idsIn(documents)) corps.push({ suiteId, corpid })
    }
    return { names, corps }
  }

  await makePrivateFolder(fs, dir, log)
  const suiteIds = idsIn(await open('suites'))
  const { corps } = await openSuites('corps')
  const tokens = await openSuites('tokens')
  const ofSuites = idsIn(tokens.names).map((suiteId) => ({ suiteId, corpid: null }))
  return { suiteIds, corps, tokens: [...ofSuites, ...tokens.corps] }
}
