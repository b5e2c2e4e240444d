/** The tokens of one owner, all kinds in one small document. Losing it is no loss. */
import type { Logger } from '../../log'
import { isSameToken, isSuperseded } from '../driver/records/precedence'
import type { RefusalRecord, TokenKey, TokenRecord, TokenTurn } from '../token-record'
import { type TokenDocument, tokenDocument } from './document/document-kinds'
import { DamagedDocument, type Documents } from './document/documents'

/** Calls that concern one owner are not to overlap. */
export interface TokenDocuments {
  load(key: TokenKey): Promise<Omit<TokenTurn, 'turn'>>
  save(key: TokenKey, token: TokenRecord, replaces: number): Promise<'saved' | 'superseded'>
  noteRefusal(key: TokenKey, refusal: RefusalRecord | null): Promise<void>
  end(key: TokenKey, dead: TokenRecord): Promise<void>
  /** Removes all tokens of an owner, for good. */
  erase(suiteId: string, corpid: string | null): Promise<void>
}

/** What stands of an owner's tokens, by kind. */
type Content = Required<Pick<TokenDocument, 'tokens' | 'refusals'>>

const without = <T>(record: Record<string, T>, name: string): Record<string, T> =>
  Object.fromEntries(Object.entries(record).filter(([other]) => other !== name))

export const createTokenDocuments = (documents: Documents, log: Logger): TokenDocuments => {
  const documentOf = (suiteId: string, corpid: string | null) =>
    documents.at(tokenDocument(suiteId, corpid))

  const read = async ({ suiteId, corpid }: TokenKey): Promise<Content> => {
    const document = documentOf(suiteId, corpid)
    try {
      const content = await document.read()
      return { tokens: content?.tokens ?? {}, refusals: content?.refusals ?? {} }
    } catch (error) {
      if (!(error instanceof DamagedDocument)) throw error
      log.warn('a token document is damaged: dropped, its tokens will be fetched again', {
        file: tokenDocument(suiteId, corpid).file,
      })
      await document.remove()
      return { tokens: {}, refusals: {} }
    }
  }

  const write = ({ suiteId, corpid }: TokenKey, { tokens, refusals }: Content): Promise<void> =>
    documentOf(suiteId, corpid).write({
      version: 1,
      suiteId,
      corpid,
      tokens,
      ...(Object.keys(refusals).length > 0 && { refusals }),
    })

  return {
    load: async (key) => {
      const { tokens, refusals } = await read(key)
      return { stored: tokens[key.kind] ?? null, refusal: refusals[key.kind] ?? null }
    },
    save: async (key, token, replaces) => {
      const { tokens, refusals } = await read(key)
      if (isSuperseded(tokens[key.kind], replaces)) return 'superseded'
      await write(key, {
        tokens: { ...tokens, [key.kind]: token },
        refusals: without(refusals, key.kind),
      })
      return 'saved'
    },
    noteRefusal: async (key, refusal) => {
      const { tokens, refusals } = await read(key)
      const others = without(refusals, key.kind)
      await write(key, {
        tokens,
        refusals: refusal ? { ...others, [key.kind]: refusal } : others,
      })
    },
    end: async (key, dead) => {
      const { tokens, refusals } = await read(key)
      const stored = tokens[key.kind]
      if (!stored || !isSameToken(stored, dead)) return
      const ended = { ...stored, expiresAt: 0 }
      await write(key, { tokens: { ...tokens, [key.kind]: ended }, refusals })
    },
    erase: (suiteId, corpid) => documentOf(suiteId, corpid).remove(),
  }
}
