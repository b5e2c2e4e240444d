/** Typed documents: what a file must hold, and what happens when it doesn't. */
import { dirname, join } from 'node:path'
import type { Static, TSchema } from '@sinclair/typebox'
import { Low } from 'lowdb'
import { fail, type Result, ServiceError, succeed } from '../../../errors'
import type { Logger } from '../../../log'
import { errnoOf } from '../../driver/io-failure'
import { openContent, sealContent } from '../../driver/records/record-content'
import type { Sealing } from '../../driver/sealing'
import { copyEnding, createDurableAdapter, type WriteMode } from '../disk/durable-adapter'
import { type FileSystem, removeFile } from '../disk/file-system'
import { syncFolder } from '../disk/folder-sync'
import type { DocumentKind } from './document-kinds'
import type { UnreadableDocuments } from './unreadable-documents'

/** A file that holds something else than it should. It was left as it is. */
export class DamagedDocument extends ServiceError {
  constructor(file: string, problem: string, hasGoodCopy: boolean) {
    const copy = hasGoodCopy
      ? `the last good copy lies beside it as ${file}${copyEnding}: put that in its place`
      : 'there is no good copy beside it: mend it, or restore it from a backup'
    super('store_unavailable', `${file} is damaged: ${problem}. It was left as it is; ${copy}.`)
  }
}

export interface Document<T> {
  /**
   * What it holds, or null if there is no such file.
   *
   * @throws {DamagedDocument} store_unavailable — it is no JSON, fits no schema, is another's, or
   *   has a secret that does not open
   */
  read(): Promise<T | null>
  /** Not to be called while another `write` of the same file goes on. */
  write(next: T, options?: { readonly forgetting: boolean }): Promise<void>
  /** Durable, unlike the writes of what is not precious: what was taken away stays away. */
  remove(): Promise<void>
}

export interface Documents {
  at<S extends TSchema>(kind: DocumentKind<S>): Document<Static<S>>
}

export interface DocumentsOptions {
  readonly dir: string
  readonly fs: FileSystem
  readonly log: Logger
  readonly sealing: Sealing
  /** Is told of every precious document that is read, how it was found. */
  readonly unreadable: UnreadableDocuments
}

/** Failures that are the file's own, and not those of a process that has too much open. */
const ownFailures = new Set(['EACCES', 'EPERM', 'EIO', 'EISDIR', 'ELOOP', 'ENOTDIR'])

export const createDocuments = (options: DocumentsOptions): Documents => {
  const { dir, fs, log, sealing, unreadable } = options

  const readChecked = async <S extends TSchema>(
    path: string,
    kind: DocumentKind<S>,
  ): Promise<Result<Static<S> | null, string>> => {
    const low = new Low<unknown>(createDurableAdapter({ fs, path, mode: 'volatile' }), null)
    try {
      await low.read()
    } catch (error) {
      // Its message may quote the file.
      if (error instanceof SyntaxError) return fail('it is not a JSON object')
      throw error
    }
    return low.data === null ? succeed(null) : openContent(kind, low.data, sealing)
  }

  return {
    at: <S extends TSchema>(kind: DocumentKind<S>): Document<Static<S>> => {
      const { file, precious } = kind
      const path = join(dir, file)

      const damaged = async (problem: string) => {
        const copy = await readChecked(path + copyEnding, kind)
        const hasGoodCopy = copy.ok && copy.value !== null
        const isNews = precious && unreadable.note(kind, problem, hasGoodCopy)
        if (isNews) {
          log.error('a document is damaged and was left as it is', { file, problem, hasGoodCopy })
        }
        return new DamagedDocument(file, problem, hasGoodCopy)
      }

      const noteFailure = (error: unknown) => {
        const errno = errnoOf(error)
        if (!precious || errno === null || !ownFailures.has(errno)) return
        unreadable.note(kind, `it can't be read (${errno})`, false)
      }

      return {
        read: async () => {
          const found = await readChecked(path, kind).catch((error) => {
            noteFailure(error)
            throw error
          })
          if (!found.ok) throw await damaged(found.reason)
          unreadable.forget(file)
          return found.value
        },
        write: async (next, { forgetting } = { forgetting: false }) => {
          const durable: WriteMode = forgetting ? 'durable, forgetting' : 'durable'
          const mode = precious ? durable : 'volatile'
          // A fresh one that holds the next value: nothing in memory runs ahead of the disk.
          const adapter = createDurableAdapter({ fs, path, mode })
          await new Low<unknown>(adapter, sealContent(kind, next, sealing)).write()
        },
        remove: async () => {
          // The copy first: what is left after a crash is a document, not a copy alone.
          const hadCopy = precious && (await removeFile(fs, path + copyEnding))
          const wasThere = await removeFile(fs, path)
          if (hadCopy || wasThere) await syncFolder(fs, dirname(path))
          unreadable.forget(file)
        },
      }
    },
  }
}
