/** The layout of the data folder: the path of each document, and the document of each path. */
import { join } from 'node:path'
import type { Logger } from '../../../log'
import { copyEnding } from '../disk/durable-adapter'
import { temporaryEnding } from '../disk/durable-file'
import { type FileSystem, removeFile } from '../disk/file-system'
import { makePrivateFolder, namesIn } from '../disk/folder-sync'
import type { Listing } from '../disk/private-files'
import { documentName, idOfName } from './document-name'

const ending = '.json'

export const suitesFolder = 'suites'
export const corpsFolder = 'corps'
const keysFolder = 'keys'
const endpointsFolder = 'endpoints'
const serviceFolder = 'service'

export const corpsFolderOf = (suiteId: string) => `${corpsFolder}/${documentName(suiteId)}`

/** Of the names in `corps` those of suites' folders, as their ids. */
export const suiteIdsOfFolders = (names: readonly string[]): string[] =>
  names.flatMap((name) => idOfName(name) ?? [])

/** Where a suite's document lies, below the data folder. */
export const suiteFile = (suiteId: string) => `${suitesFolder}/${documentName(suiteId)}${ending}`

/** Where the document of one company in one suite lies. */
export const corpFile = (suiteId: string, corpid: string) =>
  `${corpsFolderOf(suiteId)}/${documentName(corpid)}${ending}`

/** Where the tokens of a company lie, or those of a suite itself. */
export const tokenFile = (suiteId: string, corpid: string | null) =>
  corpid === null
    ? `tokens/${documentName(suiteId)}${ending}`
    : `tokens/${documentName(suiteId)}/${documentName(corpid)}${ending}`

/** Where the document of an API key lies. */
export const keyFile = (id: string) => `${keysFolder}/${documentName(id)}${ending}`

/** The id of the key whose document a file is; null if it is none. */
export const keyIdOfFile = (file: string): string | null => {
  const isKey = file.startsWith(`${keysFolder}/`) && file.endsWith(ending)
  return isKey ? idOfName(file.slice(keysFolder.length + 1, -ending.length)) : null
}

/** Where the document of an endpoint lies. */
export const endpointFile = (name: string) => `${endpointsFolder}/${documentName(name)}${ending}`

/** The name of the endpoint whose document a file is; null if it is none. */
export const endpointNameOfFile = (file: string): string | null => {
  const isEndpoint = file.startsWith(`${endpointsFolder}/`) && file.endsWith(ending)
  return isEndpoint ? idOfName(file.slice(endpointsFolder.length + 1, -ending.length)) : null
}

/** Where it lies how often API keys were used. */
export const keyUsesFile = `${serviceFolder}/key-uses${ending}`

/** Where the service's own secret lies. */
export const serviceSecretFile = `${serviceFolder}/secret${ending}`

/** The owners of the documents that the data folder held when it was opened. */
export interface Inventory {
  readonly suiteIds: readonly string[]
  readonly corps: readonly { readonly suiteId: string; readonly corpid: string }[]
  readonly tokens: readonly { readonly suiteId: string; readonly corpid: string | null }[]
  readonly keyIds: readonly string[]
  readonly endpointNames: readonly string[]
}

export interface Layout {
  readonly inventory: Inventory
  /** What stands in the folder itself, but for `domain`. */
  readonly own: Listing
  /** What stands in the folders of documents. */
  readonly listings: readonly Listing[]
}

/** Files that the operator puts there, which are no secret. */
const domainFolder = 'domain'

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
): Promise<Layout> => {
  const listings: Listing[] = []
  const idsIn = (names: readonly string[]) => idsOfDocuments(names, withCopies)
  const tidy = async (folder: string): Promise<string[]> => {
    const names = await namesIn(fs, folder)
    const leftovers = names.filter((name) => name.endsWith(temporaryEnding))
    for (const name of leftovers) await removeFile(fs, join(folder, name))
    listings.push({ folder, names })
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
  const names = (await namesIn(fs, dir)).filter((name) => name !== domainFolder)
  const suiteIds = idsIn(await open(suitesFolder))
  const { corps } = await openSuites(corpsFolder)
  const tokens = await openSuites('tokens')
  const ofSuites = idsIn(tokens.names).map((suiteId) => ({ suiteId, corpid: null }))
  // These folders are made with the first document in them.
  const keyIds = idsIn(await tidy(join(dir, keysFolder)))
  const endpointNames = idsIn(await tidy(join(dir, endpointsFolder)))
  await tidy(join(dir, serviceFolder))
  return {
    inventory: {
      suiteIds,
      corps,
      tokens: [...ofSuites, ...tokens.corps],
      keyIds,
      endpointNames,
    },
    own: { folder: dir, names },
    listings,
  }
}
