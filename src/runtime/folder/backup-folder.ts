/** The folder that SUITED_BACKUP_DIR names: one file for each snapshot, its name telling when. */
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryEnding, writeDurably } from '../../store/file/disk/durable-file'
import type { BackupFolder } from '../../suite/transfer/backup'

/** `suited-20261122T030000000Z.export` */
const nameOf = (madeAt: number): string =>
  `suited-${new Date(madeAt).toISOString().replace(/[-:.]/g, '')}.export`

const madeAtOf = (name: string): number | null => {
  const [, day, time, ms] = /^suited-(\d{8})T(\d{6})(\d{3})Z\.export$/.exec(name) ?? []
  if (day === undefined || time === undefined) return null
  const date = day.replace(/(....)(..)(..)/, '$1-$2-$3')
  return Date.parse(`${date}T${time.replace(/(..)(..)(..)/, '$1:$2:$3')}.${ms}Z`) || null
}

export const createBackupFolder = (dir: string): BackupFolder => {
  const names = async (): Promise<string[]> => {
    try {
      return await readdir(dir)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw error
    }
  }

  /** What a crash left half written. */
  const removeLeftovers = async () => {
    for (const name of await names()) {
      if (!name.endsWith(temporaryEnding)) continue
      if (madeAtOf(name.slice(0, -temporaryEnding.length)) === null) continue
      await rm(join(dir, name), { force: true })
    }
  }

  return {
    async list() {
      const all = (await names()).map(madeAtOf).filter((madeAt) => madeAt !== null)
      return all.sort((a, b) => b - a)
    },
    async write(madeAt, bytes) {
      await mkdir(dir, { recursive: true, mode: 0o700 })
      await removeLeftovers()
      await writeDurably(join(dir, nameOf(madeAt)), bytes)
    },
    remove: (madeAt) => rm(join(dir, nameOf(madeAt)), { force: true }),
  }
}
