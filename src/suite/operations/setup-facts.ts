/** What the setup is made of: an item to paste, what WeCom has shown so far, what else is known. */
import type { Provider, Suite } from '../suites'

export interface SetupItem {
  /** The field's name in WeCom's console. */
  readonly field: string
  /** Null for what belongs to the provider. */
  readonly suite: string | null
  /** Ready to paste; null if it can't be known yet. */
  readonly value: string | null
  readonly status: 'done' | 'awaited' | 'optional'
  /** One sentence: what shows that it works, or what to do. */
  readonly detail: string
}

/** The data URLs of a template's companies: of the first of them whether WeCom has reached it. */
export interface CorpUrls {
  readonly first: readonly {
    readonly corpid: string
    readonly name: string
    readonly reached: boolean
  }[]
  /** How many there are besides. */
  readonly more: number
}

/** What WeCom has shown so far. */
export interface SetupProgress {
  systemUrlReached: boolean
  /** By key of the suite. */
  commandUrlReached: ReadonlySet<string>
  dataUrlReached: ReadonlySet<string>
  /** Keys of suites whose calls WeCom lets through: our address is on its list. */
  callsAllowed: ReadonlySet<string>
  /** By key of a suite of kind customised. */
  corpUrls: ReadonlyMap<string, CorpUrls>
  /** Our address as WeCom named it in a refusal. */
  refusedIp: string | null
  /** Keys of suites for which WeCom has led an installation back to us. */
  installedHere: ReadonlySet<string>
  /** URLs at which callbacks are being refused, by `placeOf`: in a sentence, how. */
  refused: ReadonlyMap<string, string>
}

/** What is known where no service can be asked. */
export const nothingSeen: SetupProgress = {
  systemUrlReached: false,
  commandUrlReached: new Set(),
  dataUrlReached: new Set(),
  callsAllowed: new Set(),
  corpUrls: new Map(),
  refusedIp: null,
  installedHere: new Set(),
  refused: new Map(),
}

export interface SetupFacts {
  readonly suites: readonly Suite[]
  readonly provider: Provider
  /** SUITED_PUBLIC_URL. */
  readonly publicUrl: string | null
  /** The domain-ownership files that we serve, by name; null where the folder can't be read. */
  readonly domainFiles: readonly string[] | null
  readonly progress: SetupProgress
}

/** What to do where our own address is asked for and isn't known. */
export const withoutPublicUrl =
  'Set SUITED_PUBLIC_URL first: the address by which WeCom reaches suited.'
