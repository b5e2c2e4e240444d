/** `suited openapi`: the OpenAPI document on stdout. */
import { defineCommand } from 'citty'
import { systemClock } from '../clock'
import { readConfig } from '../config/config'
import { factRule } from '../events/fact-rule'
import { type DocumentFacts, openapiDocument } from '../http/operations/openapi-document'
import { createLogger } from '../log'
import { createRandom, newId, randomBytes } from '../runtime/process/randomness'
import { createService } from '../service/service'
import { createMemoryEventLog } from '../store/memory/memory-event-log'
import { createMemoryStore } from '../store/memory/memory-store'
import { version } from '../version'
import { configOf, readSettings, settingFlags } from './cli/read-settings'

/** Any pair will do: the document depends on the routes alone. */
const anyPair = { WECOM_TOKEN: 'openapi', WECOM_ENCODING_AES_KEY: 'A'.repeat(43) }

/** The document that `suited openapi` prints: the one that a service shows at `/swagger/json`. */
export const printedDocument = (facts: DocumentFacts): string => {
  const read = readConfig({
    flags: {},
    env: anyPair,
    file: null,
    readFile: () => '',
    realPath: (path) => path,
  })
  if (!read.ok) throw new Error('the settings for the document are wrong')
  const clock = systemClock
  const eventLog = createMemoryEventLog(factRule)
  const store = createMemoryStore({ clock, freshBytes: randomBytes })
  const { app } = createService({
    config: read.value,
    store,
    eventLog,
    facts: eventLog,
    auditLog: eventLog,
    onceValues: eventLog,
    apiKeys: store,
    endpoints: store,
    deliveries: eventLog,
    budgets: store,
    watch: { corpVisits: store, suspectedCorps: eventLog, sharedWork: eventLog },
    sender: { send: () => Promise.reject(new Error('nothing is sent')) },
    clock,
    random: createRandom(),
    freshBytes: randomBytes,
    newId,
    fetch,
    log: createLogger({ level: 'error', format: 'json', now: clock.now, write: () => {} }),
    version: facts.version,
    domainFiles: { read: async () => null, names: async () => [] },
    freeBytes: async () => null,
  })
  return `${JSON.stringify(openapiDocument(app, facts), null, 2)}\n`
}

const args = settingFlags('openapi')

export default defineCommand({
  meta: { name: 'openapi', description: 'The OpenAPI document on stdout.' },
  args,
  run({ args: flags }) {
    const given = flags as Record<string, string | undefined>
    const { settings } = configOf(readSettings(given, 'openapi'))
    process.stdout.write(printedDocument({ version, publicUrl: settings.SUITED_PUBLIC_URL }))
  },
})
