/** A scene on the drivers of the real service: what one of them could not take shows there. */

import { join } from 'node:path'
import { factRule } from '../../src/events/fact-rule'
import type { Logger } from '../../src/log'
import type { EventLogDriver } from '../../src/store/driver/drivers'
import { openFileStore } from '../../src/store/file/file-store'
import { openSqliteEventLog } from '../../src/store/sqlite/sqlite-event-log'
import { freshBytes } from '../fresh-bytes'
import { createScene, type Scene } from '../scene'
import { createDiskWork } from '../store/disk-work'
import { createTemporaryFolder } from '../store/temporary-folder'

export interface FileScene {
  readonly scene: Scene
  /** How many events of WeCom's were stored; what suited notes itself is not among them. */
  stored(): number
  remove(): Promise<void>
}

const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {} }

export const createFileScene = async (): Promise<FileScene> => {
  const folder = await createTemporaryFolder()
  let stored = 0

  const counting = (eventLog: EventLogDriver): EventLogDriver => ({
    ...eventLog,
    async append(event) {
      const outcome = await eventLog.append(event)
      if (outcome === 'stored' && event.source !== 'suited') stored += 1
      return outcome
    },
  })

  const path = join(folder.path, 'events.sqlite')
  const { watched, atRest } = createDiskWork()
  const scene = await createScene({
    // A slow disk makes nothing late.
    atRest,
    drivers: async (clock) => ({
      store: watched(await openFileStore({ dir: folder.path, freshBytes, clock, log: quiet })),
      eventLog: watched(counting(openSqliteEventLog({ factRule, path, log: quiet }))),
    }),
  })
  return {
    scene,
    stored: () => stored,
    async remove() {
      await Promise.all([scene.store.close(), scene.eventLog.close()])
      await folder.remove()
    },
  }
}
