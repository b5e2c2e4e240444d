/** The tokens of one owner, all kinds in one small document. Losing it is no loss. */
import type { Logger } from '../../log'
import { isSuperseded } from '../driver/precedence'
import type { TokenKey, TokenKind, TokenRecord } from '../token-record'
import { tokenDocument } from './document/document-kinds'
import { DamagedDocument, type Documents } from './document/documents'

/** Calls that concern one owner are not to overlap. */
export interface TokenDocuments {
  load(key: TokenKey): Promise<TokenRecord | null>
  save(key: TokenKey, token: TokenRecord, replaces: number): Promise<'saved' | 'superseded'>
  /** Removes all tokens of an owner, for good. */
  erase(suiteId: string, corpid: string | null): Promise<void>
}

export const createTokenDocuments = (documents: Documents, log: Logger): TokenDocuments => {
  const documentOf = (suiteId: string, corpid: string | null) =>
    documents.at(tokenDocument(suiteId, corpid))

  const tokensOf = async ({ suiteId, corpid }: TokenKey) => {
    const document = documentOf(suiteId, corpid)
    try {
      const content = await document.read()
      return new Map(Object.entries(content?.tokens ?? {}))
    } catch (error) {
      if (!(error instanceof DamagedDocument)) throw error
      log.warn('a token document is damaged: dropped, its tokens will be fetched again', {
        file: tokenDocument(suiteId, corpid).file,
      })
      await document.remove()
      return new Map<TokenKind, TokenRecord>()
    }
  }

  return {
    load: async (key) => (await tokensOf(key)).get(key.kind) ?? null,
    save: async (key, token, replaces) => {
      const { suiteId, corpid, kind } = key
      const tokens = await tokensOf(key)
      if (isSuperseded(tokens.get(kind), replaces)) return 'superseded'
      const content = { ...Object.fromEntries(tokens), [kind]: token }
      await documentOf(suiteId, corpid).write({ version: 1, suiteId, corpid, tokens: content })
      return 'saved'
    },
    erase: (suiteId, corpid) => documentOf(suiteId, corpid).remove(),
  }
}
