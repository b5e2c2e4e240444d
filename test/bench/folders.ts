/** Data folders with as many companies as wanted, written by the file driver itself. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hourMs, systemClock } from '../../src/clock'
import { createLogger } from '../../src/log'
import { type FileSystem, nodeFileSystem } from '../../src/store/file/disk/file-system'
import { openFileStore } from '../../src/store/file/file-store'
import type { CorpRecord, Store } from '../../src/store/store'
import type { CorpTokenKind, TokenRecord } from '../../src/store/token-record'
import { freshBytes } from '../fresh-bytes'
import { saveInTurn } from '../store/conformance/records'
import { corpidOf, jsapiTicketOf, permanentCodeOf, suiteId, suiteTicket } from './fixture'

export interface FolderOptions {
  readonly companies: number
  /** The first so many of them have their token and their ticket at hand. */
  readonly active: number
  /** What is left of the life of those tokens, of two hours. */
  readonly leftMs?: number
}

const lifeMs = 2 * hourMs
const writesAtOnce = 32

/** The same calls without the syncs: nobody needs these folders after a power cut. */
const withoutSync: FileSystem = {
  ...nodeFileSystem,
  async open(...given) {
    const file = await nodeFileSystem.open(...given)
    return {
      writeFile: (text) => file.writeFile(text),
      sync: async () => undefined,
      close: () => file.close(),
    }
  },
}

export const quietLog = createLogger({
  level: 'error',
  format: 'json',
  now: systemClock.now,
  write: (line) => process.stderr.write(`${line}\n`),
})

/** The record of an installed company, by its number. */
export const corpRecord = (number: number): CorpRecord => ({
  version: 1,
  suiteId,
  corpid: corpidOf(number),
  name: `第${number}家公司`,
  agentid: 1000002 + (number % 50),
  status: 'authorized',
  statusReason: null,
  statusAt: 1700000000000 + number,
  permanentCode: permanentCodeOf(number),
  authorizedAt: 1700000000000 + number,
  installEventId: `install-${number}`,
  authMode: 0,
  authInfo: {
    agentid: 1000002 + (number % 50),
    name: '示例应用',
    auth_mode: 0,
    is_customized_app: false,
    privilege: {
      level: 1,
      allow_party: [1],
      allow_user: [],
      allow_tag: [],
      extra_party: [],
      extra_user: [],
      extra_tag: [],
    },
  },
})

const saveToken = (store: Store, corpid: string, kind: CorpTokenKind, token: TokenRecord) =>
  saveInTurn(store, { suiteId, corpid, kind }, token, 0)

/** Fills an empty store. */
export const fill = async (store: Store, { companies, active, leftMs = lifeMs }: FolderOptions) => {
  const now = systemClock.now()
  const token = (value: string): TokenRecord => ({
    value,
    fetchedAt: now + leftMs - lifeMs,
    expiresAt: now + leftMs,
    generation: 1,
  })
  await store.saveTicket(suiteId, {
    value: suiteTicket,
    timeStampSeconds: Math.floor(now / 1000),
    receivedAt: now,
  })
  const numbers = Array.from({ length: companies }, (_, number) => number).values()
  const write = async () => {
    for (const number of numbers) {
      const corpid = corpidOf(number)
      await store.changeCorp(suiteId, corpid, () => corpRecord(number))
      if (number >= active) continue
      await saveToken(store, corpid, 'access_token', token(`bench-access-token-${number}`))
      await saveToken(store, corpid, 'jsapi_ticket', token(jsapiTicketOf(number)))
    }
  }
  await Promise.all(Array.from({ length: writesAtOnce }, write))
}

export interface DataFolder {
  readonly dir: string
  remove(): void
}

/** A new folder of this process's own. */
export const filledFolder = async (options: FolderOptions): Promise<DataFolder> => {
  const dir = mkdtempSync(join(tmpdir(), 'suited-bench-'))
  const store = await openFileStore({
    dir,
    freshBytes,
    clock: systemClock,
    log: quietLog,
    fs: withoutSync,
  })
  await fill(store, options)
  await store.close()
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) }
}
