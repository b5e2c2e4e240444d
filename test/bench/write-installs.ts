/**
 * A process of its own that lets companies install the app, in turn in each of several folders.
 * Arguments: rounds and the folders. Prints the median of each round, in milliseconds, by folder.
 */

import { systemClock } from '../../src/clock'
import { openFileStore } from '../../src/store/file/file-store'
import { freshBytes } from '../fresh-bytes'
import { corpidOf, suiteId } from './fixture'
import { corpRecord, quietLog } from './folders'
import { median } from './medians'

const installsEachRound = 200

const [rounds = '0', ...dirs] = process.argv.slice(2)
const stores = []
for (const dir of dirs) {
  const store = await openFileStore({ dir, freshBytes, clock: systemClock, log: quietLog })
  // Only what needs all companies waits until all are read.
  await store.countCorps()
  stores.push(store)
}

/** Companies that no folder holds, whatever ran there before. */
let serial = 1e9 + (systemClock.now() % 1e9)

const medians = dirs.map((): number[] => [])
// One round more than is counted, to warm up.
for (let round = 0; round <= Number(rounds); round++) {
  const times = dirs.map((): number[] => [])
  for (let install = 0; install < installsEachRound; install++) {
    serial += 1
    for (const [at, store] of stores.entries()) {
      const began = performance.now()
      await store.changeCorp(suiteId, corpidOf(serial), () => corpRecord(serial))
      times[at]?.push(performance.now() - began)
    }
  }
  if (round > 0) for (const [at, own] of times.entries()) medians[at]?.push(median(own))
}
process.stdout.write(JSON.stringify(medians))
