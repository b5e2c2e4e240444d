/**
 * Snapshots of everything, once a day, in a folder of the operator's. The first one is made at the
 * start if the last is a day old. Whatever fails is logged and shown; the service never feels it.
 */
import { type Clock, dayMs, hourMs } from '../../clock'
import { reasonOf } from '../../errors'
import type { Logger } from '../../log'
import type { Store } from '../../store/store'
import type { SharedWorkLog } from '../../store/watch/shared-work'
import { counted, verb } from '../../wording'
import type { Bytes } from './byte-stream'
import { encoded } from './byte-stream'
import { encryptForRecipient } from './encrypt-export'
import type { StateExport } from './export'
import { recipientOfKey } from './export-key'
import { type ExportLine, exportFormat, framed } from './export-lines'

/** Where snapshots lie. */
export interface BackupFolder {
  /** When each whole one was made, in epoch milliseconds; the newest first. */
  list(): Promise<readonly number[]>
  /** A snapshot appears once it is whole and on the disk, or not at all. */
  write(madeAt: number, bytes: Bytes): Promise<void>
  remove(madeAt: number): Promise<void>
}

export interface BackupStatus {
  /**
   * When the last whole one was made, by whichever process; null if there is none. Epoch
   * milliseconds.
   */
  readonly lastAt: number | null
  /** Why the last try failed; null if it didn't. */
  readonly lastError: string | null
}

export interface Backups {
  /** Makes a snapshot if the last one is a day old. Never throws. */
  makeDue(): Promise<void>
  /** Null without a folder, unless another process makes backups. */
  status(): Promise<BackupStatus | null>
  /** What deserves a word. */
  warnings(): Promise<readonly string[]>
  /** Gives up the one under way, and makes no more. */
  stop(): void
}

const everyMs = dayMs
const oldAfterMs = 2 * dayMs
/** Clocks that are set right go back by a little. */
const mayBeAheadMs = hourMs
/** Longer than any snapshot takes; after a crash it holds up the next one for so long at most. */
const leaseMs = hourMs

class Stopped extends Error {}

const cures: Readonly<Record<string, string>> = {
  EACCES:
    'Let the user that suited runs as write there; under systemd also name it in ReadWritePaths.',
  EPERM:
    'Let the user that suited runs as write there; under systemd also name it in ReadWritePaths.',
  EROFS: 'It lies on what may only be read; under systemd name it in ReadWritePaths.',
  ENOSPC: 'Make room on its disk.',
  EDQUOT: 'Make room in the quota of its disk.',
  ENOTDIR: 'It names something that is no folder.',
}

/** A failure with what to do about it, if that is known. */
const failureOf = (error: unknown): string => {
  const reason = reasonOf(error)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const cure = Object.hasOwn(cures, code) ? ` ${cures[code]}` : ''
  return `${reason.replace(/\.$/, '')}.${cure}`
}

export const createBackups = (parts: {
  /** Null makes none. */
  folder: BackupFolder | null
  stateExport: StateExport
  store: Pick<Store, 'acquireLease'>
  sharing: {
    /** Whether other processes on this state make backups too, into folders of their own. */
    readonly isShared: boolean
    readonly sharedWork: SharedWorkLog
  }
  /** SUITED_ENCRYPTION_KEY; without it they lie in clear. */
  key: Uint8Array | null
  /** How many stay. */
  keep: number
  /** Of the process, in epoch milliseconds: before the first snapshot the age counts from here. */
  startedAt: number
  clock: Clock
  log: Logger
}): Backups => {
  const { folder, stateExport, store, sharing, key, keep, startedAt, clock, log } = parts
  let lastError: string | null = null
  let stopped = false

  /** Documents that could not be read: a snapshot without them replaces none before it. */
  let unreadable = 0

  const noted = async function* (lines: AsyncIterable<ExportLine>): AsyncGenerator<ExportLine> {
    for await (const line of lines) {
      if (stopped) throw new Stopped('The service stopped.')
      if (line.kind === 'unreadable') unreadable += 1
      yield line
    }
  }

  const isAhead = (madeAt: number): boolean => madeAt > clock.now() + mayBeAheadMs

  /**
   * Those that a clock ahead has dated count for nothing: neither do they put off the next one,
   * nor push out those of the right date; nor is one removed while it may be the clock of now that
   * is wrong.
   */
  const made = async (into: BackupFolder): Promise<readonly number[]> =>
    (await into.list()).filter((madeAt) => !isAhead(madeAt))

  const make = async (into: BackupFolder): Promise<void> => {
    unreadable = 0
    const header = stateExport.header(exportFormat)
    const plain = encoded(framed(header, noted(stateExport.lines())))
    const bytes = key === null ? plain : encryptForRecipient(plain, await recipientOfKey(key))
    await into.write(header.exportedAt, bytes)
    if (sharing.isShared) await sharing.sharedWork.noteDone('backup', header.exportedAt)
    if (unreadable > 0) {
      lastError = `${counted(unreadable, 'document')} could not be read: older backups are kept. See "unreadable".`
      log.error('a backup lacks documents that could not be read; older ones are kept', {
        unreadable,
      })
      return
    }
    lastError = null
    const old = (await made(into)).slice(keep)
    for (const madeAt of old) await into.remove(madeAt)
    log.info('a backup was made', { encrypted: key !== null, removed: old.length })
  }

  /** Where others may have made it: they have folders of their own, which can't be seen here. */
  const lastOfOthers = async (): Promise<number | null> => {
    const lastAt = sharing.isShared ? await sharing.sharedWork.lastDoneAt('backup') : null
    return lastAt === null || isAhead(lastAt) ? null : lastAt
  }

  const isDue = async (into: BackupFolder): Promise<boolean> => {
    const lastAt = Math.max((await made(into))[0] ?? 0, (await lastOfOthers()) ?? 0)
    return clock.now() - lastAt >= everyMs
  }

  const lastOf = async (): Promise<number | null> => {
    const [own = 0] = folder === null ? [] : await made(folder).catch(() => [])
    const others = await lastOfOthers().catch(() => null)
    return Math.max(own, others ?? 0) || null
  }

  const datedAhead = async (into: BackupFolder): Promise<number> => {
    const all = await into.list().catch(() => [])
    return all.filter(isAhead).length
  }

  return {
    async makeDue() {
      if (folder === null || stopped) return
      try {
        if (!(await isDue(folder))) return
        const lease = await store.acquireLease('backup', leaseMs)
        if (!lease) return
        try {
          if (await isDue(folder)) await make(folder)
        } finally {
          await lease.release()
        }
      } catch (error) {
        if (error instanceof Stopped) return
        const failure = failureOf(error)
        // It is tried again every few minutes: the same failure is told once.
        const level = failure === lastError ? 'debug' : 'error'
        lastError = failure
        log[level]('a backup could not be made', { reason: failure })
      }
    },

    async status() {
      const lastAt = await lastOf()
      return folder === null && lastAt === null ? null : { lastAt, lastError }
    },

    async warnings() {
      if (folder === null) return []
      const lastAt = await lastOf()
      const said =
        lastError === null ? [] : [`No backup could be made in SUITED_BACKUP_DIR: ${lastError}`]
      if (lastError === null && clock.now() - (lastAt ?? startedAt) > oldAfterMs) {
        said.push('The last backup is older than two days: see "backup" and the log.')
      }
      const ahead = await datedAhead(folder)
      if (ahead > 0) {
        said.push(
          `${counted(ahead, 'backup')} in SUITED_BACKUP_DIR ${verb(ahead, 'is', 'are')} dated in the future: made while a clock was wrong, or the clock of now is. Set the clock; if it is right, remove what it doesn't fit.`,
        )
      }
      return said
    },

    stop() {
      stopped = true
    },
  }
}
