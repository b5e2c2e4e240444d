/**
 * The resealing of every document with the current key: a pass that may be broken off and repeated.
 */
import { dirname, join } from 'node:path'
import type { TSchema } from '@sinclair/typebox'
import type { Logger } from '../../../log'
import { asIoFailure } from '../../driver/io-failure'
import { isSealedContent, openContent, sealContent } from '../../driver/records/record-content'
import type { Sealing } from '../../driver/sealing'
import { copyEnding, createDurableAdapter } from '../disk/durable-adapter'
import { type FileSystem, removeFile } from '../disk/file-system'
import { syncFolder } from '../disk/folder-sync'
import { type Inventory, openLayout } from '../folder/layout'
import {
  corpDocument,
  type DocumentKind,
  endpointDocument,
  serviceSecretDocument,
  suiteDocument,
  tokenDocument,
} from './document-kinds'

export interface ResealedDocuments {
  /** Files that were written anew, copies included; the others were sealed already. */
  readonly rewritten: number
  /** Files that were left as they are because they are damaged, each with what is wrong. */
  readonly leftOut: readonly { readonly file: string; readonly problem: string }[]
}

export interface ResealDocumentsOptions {
  /** The data folder; its lock is the caller's business. */
  readonly dir: string
  readonly fs: FileSystem
  readonly log: Logger
  readonly sealing: Sealing
}

/** Enough to have the disk sync several at a time. */
const documentsAtOnce = 16

function* kindsOf({
  suiteIds,
  corps,
  tokens,
  endpointNames,
}: Inventory): Generator<DocumentKind<TSchema>> {
  yield serviceSecretDocument
  for (const name of endpointNames) yield endpointDocument(name)
  for (const suiteId of suiteIds) yield suiteDocument(suiteId)
  for (const { suiteId, corpid } of corps) yield corpDocument(suiteId, corpid)
  for (const { suiteId, corpid } of tokens) yield tokenDocument(suiteId, corpid)
}

/**
 * Each file is replaced as a whole, so after a crash every document is as it was or sealed anew.
 * Damaged tokens are removed: they can be fetched again.
 *
 * @throws {ServiceError} store_unavailable — the folder can't be read or written
 */
export const resealDocuments = async ({
  dir,
  fs,
  log,
  sealing,
}: ResealDocumentsOptions): Promise<ResealedDocuments> => {
  let rewritten = 0
  const leftOut: { file: string; problem: string }[] = []

  const resealFile = async (kind: DocumentKind<TSchema>, file: string) => {
    const path = join(dir, file)
    const leave = async (problem: string) => {
      if (kind.precious) return void leftOut.push({ file, problem })
      if (await removeFile(fs, path)) await syncFolder(fs, dirname(path))
    }
    const adapter = createDurableAdapter({ fs, path, mode: 'durable, alone' })
    let json: unknown
    try {
      json = await adapter.read()
    } catch (error) {
      if (error instanceof SyntaxError) return leave('it is not a JSON object')
      throw error
    }
    if (json === null || isSealedContent(kind, json, sealing)) return
    const opened = openContent(kind, json, sealing)
    if (!opened.ok) return leave(opened.reason)
    await adapter.write(sealContent(kind, opened.value, sealing))
    rewritten += 1
  }

  try {
    // One generator for all: what fails in one of them ends it for the others too.
    const { inventory } = await openLayout(fs, dir, log, true)
    const waiting = kindsOf(inventory)
    const work = async () => {
      for (const kind of waiting) {
        await resealFile(kind, kind.file)
        await resealFile(kind, kind.file + copyEnding)
      }
    }
    const outcomes = await Promise.allSettled(Array.from({ length: documentsAtOnce }, work))
    const failed = outcomes.find(({ status }) => status === 'rejected')
    if (failed?.status === 'rejected') throw failed.reason
  } catch (error) {
    throw asIoFailure('The data folder', error)
  }
  return { rewritten, leftOut }
}
