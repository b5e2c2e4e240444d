/** A process of its own that takes the lock of the folder it is told, and keeps it until killed. */
import { systemClock } from '../../../../src/clock'
import { FolderLocked, lockFolder } from '../../../../src/store/file/folder/folder-lock'

try {
  const lock = await lockFolder(process.argv[2] ?? '', {
    clock: systemClock,
    random: Math.random,
    isAlive: () => true,
    pid: process.pid,
  })
  process.stdout.write('held\n')
  setInterval(() => lock, 1_000_000)
} catch (error) {
  const holder = error instanceof FolderLocked ? error.owner?.pid : error
  process.stdout.write(`refused by ${holder}\n`)
}
