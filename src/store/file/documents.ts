/** Typed documents: what a file must hold, and what happens when it doesn't. */
import { dirname, join } from 'node:path'
import type { Static, TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { Low } from 'lowdb'
import { ServiceError } from '../../errors'
import type { Logger } from '../../log'
import { storable } from '../storable'
import { copyEnding, createDurableAdapter, type WriteMode } from './durable-adapter'
import { type FileSystem, removeFile } from './file-system'
import { syncFolder } from './folder'

/** A file that holds something else than it should. It was left as it is. */
export class DamagedDocument extends ServiceError {
  constructor(file: string, problem: string, hasGoodCopy: boolean) {
    const copy = hasGoodCopy
      ? `the last good copy lies beside it as ${file}${copyEnding}`
      : 'there is no good copy beside it'
    super('store_unavailable', `${file} is damaged: ${problem}. It was left as it is; ${copy}.`)
  }
}

export interface DocumentKind<S extends TSchema> {
  readonly schema: S
  /** Whether the content names the same owner as the file does. */
  readonly belongs: (content: Static<S>) => boolean
  /** Written durably, with a copy beside it; damage to it is an error for the log. */
  readonly precious: boolean
}

export interface Document<T> {
  /**
   * What it holds, or null if there is no such file.
   *
   * @throws {DamagedDocument} store_unavailable — it is no JSON, fits no schema or is another's
   */
  read(): Promise<T | null>
  /** Not to be called while another `write` of the same file goes on. */
  write(next: T, options?: { readonly forgetting: boolean }): Promise<void>
  /** Durable, unlike the writes of what is not precious: what was taken away stays away. */
  remove(): Promise<void>
}

export interface Documents {
  /** @param file path below the data folder */
  at<S extends TSchema>(file: string, kind: DocumentKind<S>): Document<Static<S>>
}

export interface DocumentsOptions {
  readonly dir: string
  readonly fs: FileSystem
  readonly log: Logger
}

export const createDocuments = ({ dir, fs, log }: DocumentsOptions): Documents => {
  /** Files whose damage is in the log. */
  const reported = new Set<string>()

  const readChecked = async <S extends TSchema>(
    path: string,
    { schema, belongs }: DocumentKind<S>,
  ): Promise<{ content: Static<S> | null } | { problem: string }> => {
    const low = new Low<unknown>(createDurableAdapter({ fs, path, mode: 'volatile' }), null)
    try {
      await low.read()
    } catch (error) {
      // Its message may quote the file.
      if (error instanceof SyntaxError) return { problem: 'it is not a JSON object' }
      throw error
    }
    const content = low.data
    if (content === null) return { content }
    if (!Value.Check(schema, content)) {
      const wrong = Value.Errors(schema, content).First()
      return { problem: `its field ${wrong?.path} is wrong (${wrong?.message})` }
    }
    return belongs(content) ? { content } : { problem: 'its content names another owner' }
  }

  return {
    at: <S extends TSchema>(file: string, kind: DocumentKind<S>): Document<Static<S>> => {
      const path = join(dir, file)

      const damaged = async (problem: string) => {
        const copy = await readChecked(path + copyEnding, kind)
        const hasGoodCopy = 'content' in copy && copy.content !== null
        if (kind.precious && !reported.has(file)) {
          reported.add(file)
          log.error('a document is damaged and was left as it is', { file, problem, hasGoodCopy })
        }
        return new DamagedDocument(file, problem, hasGoodCopy)
      }

      return {
        read: async () => {
          const found = await readChecked(path, kind)
          if ('problem' in found) throw await damaged(found.problem)
          reported.delete(file)
          return found.content
        },
        write: async (next, { forgetting } = { forgetting: false }) => {
          const durable: WriteMode = forgetting ? 'durable, forgetting' : 'durable'
          const mode = kind.precious ? durable : 'volatile'
          // A fresh one that holds the next value: nothing in memory runs ahead of the disk.
          const adapter = createDurableAdapter({ fs, path, mode })
          await new Low<unknown>(adapter, storable(kind.schema, next)).write()
        },
        remove: async () => {
          if (await removeFile(fs, path)) await syncFolder(fs, dirname(path))
        },
      }
    },
  }
}
