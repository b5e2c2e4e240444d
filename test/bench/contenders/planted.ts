/**
 * suited with a mistake planted into it: a document is written durably before each signature. Its
 * settings come from the environment, as suited's do.
 */
import { join } from 'node:path'
import { answerOf } from '../../../src/app'
import { readSettings } from '../../../src/commands/cli/read-settings'
import { openFolder } from '../../../src/runtime/folder/data-folder'
import { createInstance } from '../../../src/runtime/instance'
import { folderStorage } from '../../../src/runtime/storage/folder-storage'
import { createDurableAdapter } from '../../../src/store/file/disk/durable-adapter'
import { nodeFileSystem } from '../../../src/store/file/disk/file-system'
import { quietLog } from '../folders'

const read = readSettings({})
if (!read.ok) throw new Error(JSON.stringify(read.reason))
const config = read.value
const folder = await openFolder(config.settings, quietLog)
const service = createInstance({ config, storage: folderStorage(folder), log: quietLog })
service.start()

let serial = 0
const mistake = async () => {
  const path = join(folder.dir, `last-signature-${serial++ % 4096}.json`)
  const adapter = createDurableAdapter({ fs: nodeFileSystem, path, mode: 'durable, alone' })
  await adapter.write({ signed: serial })
}

const answer = answerOf(service.app, service.appParts, false)

const server = Bun.serve({
  hostname: config.settings.SUITED_HOST,
  port: config.settings.SUITED_PORT,
  async fetch(request) {
    if (request.url.includes('/sign?')) await mistake()
    return answer(request)
  },
})
process.stdout.write(`${server.url.origin}\n`)
