/** WeCom's pages in the browser: which path is which, and how a page says no. No I/O. */
import { Refusal } from '../../world/refusals'
import type { Visitor, World } from '../../world/world'
import type { Arrived } from '../api'
import { notFoundReply, pageReply, type Reply } from '../call/reply'
import { customised, install } from './install-pages'
import { oauth, qrLogin, webLogin } from './login-pages'
import type { InstallByQr, Page } from './page'
import { personOf } from './person'

const pages: ReadonlyMap<string, Page> = new Map([
  ['/3rdapp/install', install],
  ['/customized', customised],
  ['/connect/oauth2/authorize', oauth],
  ['/wwlogin/sso/login', webLogin],
  ['/wwopen/sso/3rd_qrConnect', qrLogin],
])

export const pagePaths: readonly string[] = [...pages.keys()]

export interface PageParts {
  readonly world: World
  /** Who opens it. */
  readonly visitor: Visitor | null
  readonly installByQr: InstallByQr
}

/** What a page of WeCom's answers: a redirect, or a page that names what is wrong. */
export const answerPage = async (
  { world, visitor, installByQr }: PageParts,
  { path, query, referer }: Arrived,
): Promise<Reply> => {
  const page = pages.get(path)
  if (!page) return notFoundReply()
  try {
    return await page({ world, query, referer, person: personOf(world, visitor), installByQr })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return pageReply({ title: String(error.errcode), text: error.message }, error.errcode)
  }
}
