/** Which document lies where below the data folder, and the other way round. */
import { join } from 'node:path'
import type { Logger } from '../../log'
import { documentName, idOfName } from './document-name'
import { temporaryEnding } from './durable-adapter'
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

/** What the data folder held when it was opened. */
export interface Inventory {
  readonly suiteIds: readonly string[]
  readonly corps: readonly { readonly suiteId: string; readonly corpid: string }[]
}

const idsOfDocuments = (names: readonly string[]): string[] =>
  names.flatMap((name) =>
    name.endsWith(ending) ? (idOfName(name.slice(0, -ending.length)) ?? []) : [],
  )

/**
 * Makes the folders where they are missing, removes what a crash left half written, and tells which
 * documents there are, without reading them. Nothing else may write below `dir` meanwhile.
 */
export const openLayout = async (fs: FileSystem, dir: string, log: Logger): Promise<Inventory> => {
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
  /** The folders of suites among the names in `corps` and `tokens`. */
  const openSuites = async (name: string) => {
    const suites = new Map<string, string[]>()
    for (const entry of await open(name)) {
      const suiteId = idOfName(entry)
      if (suiteId !== null) suites.set(suiteId, await tidy(join(dir, name, entry)))
    }
    return suites
  }

  await makePrivateFolder(fs, dir, log)
  const suiteIds = idsOfDocuments(await open('suites'))
  const corps = [...(await openSuites('corps'))].flatMap(([suiteId, names]) =>
    idsOfDocuments(names).map((corpid) => ({ suiteId, corpid })),
  )
  await openSuites('tokens')
  return { suiteIds, corps }
}
