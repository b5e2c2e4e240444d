/**
 * The list of documents that turned out unreadable, so that operators are told without a search. No
 * I/O.
 */
import type { TSchema } from '@sinclair/typebox'
import type { UnreadableRecord } from '../../store'
import { copyEnding } from '../disk/durable-adapter'
import type { DocumentKind } from './document-kinds'

export interface UnreadableDocuments {
  /** Tells whether this is news: another file, or something else is wrong with it. */
  note(kind: DocumentKind<TSchema>, problem: string, hasGoodCopy: boolean): boolean
  /** It is good again, or gone. */
  forget(file: string): void
  /** All of them; those that were noted longest ago come first. */
  list(): UnreadableRecord[]
  /** The suites in which a company's document is among them. */
  suitesOf(corpid: string): string[]
}

export const createUnreadableDocuments = (): UnreadableDocuments => {
  const byFile = new Map<string, UnreadableRecord>()

  return {
    note({ file, owner }, problem, hasGoodCopy) {
      const isNews = byFile.get(file)?.problem !== problem
      // Away first: what is set anew then stands at the end.
      byFile.delete(file)
      byFile.set(file, { ...owner, file, problem, copy: hasGoodCopy ? file + copyEnding : null })
      return isNews
    },
    forget: (file) => void byFile.delete(file),
    list: () => [...byFile.values()],
    suitesOf: (corpid) =>
      byFile
        .values()
        .flatMap((one) => (one.corpid === corpid && one.suiteId !== null ? [one.suiteId] : []))
        .toArray(),
  }
}
