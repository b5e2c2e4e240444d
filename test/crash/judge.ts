/** What became of everything: the folder that kills left, read through the store's own drivers. */

import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '../../src/clock'
import { factRule } from '../../src/events/fact-rule'
import type { Logger } from '../../src/log'
import { installationsOf } from '../../src/simulator/world/installations'
import type { Sealing } from '../../src/store/driver/sealing'
import { openFileStore } from '../../src/store/file/file-store'
import { documentName } from '../../src/store/file/folder/document-name'
import { openSqliteEventLog } from '../../src/store/sqlite/sqlite-event-log'
import type { CorpRecord } from '../../src/store/store'
import { freshBytes } from '../fresh-bytes'
import { type Secrets, searchFolder } from '../secrets-in-clear'
import { createTemporaryFolder } from '../store/temporary-folder'
import { judgeState, type StateVerdict } from './judge-state'
import type { Town } from './town'

export interface Verdict extends StateVerdict {
  /** Answered, and not in the event log. */
  readonly eventsLost: readonly string[]
  /** Codes and tokens of companies that left, still in some file. */
  readonly notErased: readonly string[]
  /** Companies of which there is a record. */
  readonly known: ReadonlySet<string>
  /** What stands in clear in a file, and in which; without a key much does. */
  readonly secretsInFolder: readonly string[]
  readonly secretsInNames: readonly string[]
  readonly filesSearched: number
}

const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {} }
const everything = 1_000_000

/** What a company's tokens are; they go with its code. */
const ofCompany: ReadonlySet<string> = new Set(['access_token', 'jsapi_ticket', 'agent_ticket'])

/** Judges a folder that no process uses and in whose log nothing is pending. It is copied first. */
export const judge = async (parts: {
  readonly town: Town
  readonly dataDir: string
  readonly sealing: Sealing
  /** What may stand nowhere in clear. */
  readonly secrets: Secrets
  /** Ids of events of which suited said that their code is saved. */
  readonly authorised: ReadonlySet<string>
  /** Identities that an earlier judgement found already; new ones are added. */
  readonly settled: Set<string>
}): Promise<Verdict> => {
  const { town, dataDir, sealing, secrets, authorised, settled } = parts
  const { simulator, suite, ledger, corpids } = town
  const { world } = simulator
  const { suiteId } = suite
  const copy = await createTemporaryFolder()
  await cp(dataDir, copy.path, { recursive: true })
  const found = await searchFolder(copy.path, secrets)
  const store = await openFileStore({
    dir: copy.path,
    freshBytes,
    clock: systemClock,
    log: quiet,
    sealing,
  })
  const path = join(copy.path, 'events.sqlite')
  const eventLog = openSqliteEventLog({ factRule, path, log: quiet, sealing })

  const all = (await eventLog.list({ limit: everything })).items
  const arrived = all.filter(({ source }) => source !== 'suited')
  const acknowledged = [...ledger.messages.values()].filter((one) => one.acknowledged)

  const findLost = async () => {
    const lost: string[] = []
    for (const { identity, body, type } of acknowledged) {
      if (settled.has(identity)) continue
      const outcome = await eventLog.append({
        id: `judge-${identity}`,
        identity,
        suiteId,
        corpid: null,
        source: 'command',
        type,
        receivedAt: 0,
        body,
        status: 'done',
        lastError: null,
        dispatchAt: null,
      })
      if (outcome === 'duplicate') settled.add(identity)
      else lost.push(`${type} ${identity}`)
    }
    // An identity is remembered apart from its event.
    if (arrived.length < acknowledged.length) lost.push('there are fewer events than answers')
    return lost
  }

  const records = new Map<string, CorpRecord>()
  for (const corpid of corpids) {
    const record = await store.loadCorp(suiteId, corpid)
    if (record) records.set(corpid, record)
  }

  /**
   * With a key a code would not be seen: so the copy of the document must say that there is none.
   */
  const copyHasCode = async (corpid: string): Promise<boolean> => {
    const names = [documentName(suiteId), `${documentName(corpid)}.json.bak`]
    const file = Bun.file(join(dataDir, 'corps', ...names))
    return (await file.exists()) && (await file.json()).permanentCode !== null
  }

  const findNotErased = async () => {
    const left = [...records.values()].filter(({ status }) => status === 'cancelled')
    const rests = left.map(async ({ corpid }) => {
      const codes = installationsOf(world, suiteId, corpid).map((one) => one.permanentCode)
      const tokens = [...found.inFiles.keys()].filter((secret) => {
        const credential = world.credentials.byValue.get(secret)
        return credential?.corpid === corpid && ofCompany.has(credential.kind)
      })
      const inClear = codes.some((code) => found.inFiles.has(code)) || tokens.length > 0
      return inClear || (await copyHasCode(corpid)) ? [corpid] : []
    })
    return (await Promise.all(rests)).flat()
  }

  const verdict: Verdict = {
    eventsLost: await findLost(),
    ...judgeState({ town, records, arrived, acknowledged, authorised }),
    notErased: await findNotErased(),
    known: new Set(records.keys()),
    secretsInFolder: [...found.inFiles].map(
      ([secret, files]) => `${secrets.get(secret)} in ${files.join(', ')}`,
    ),
    secretsInNames: found.inNames.map((secret) => `${secrets.get(secret)} in a name`),
    filesSearched: found.files,
  }
  await Promise.all([store.close(), eventLog.close()])
  await copy.remove()
  return verdict
}
