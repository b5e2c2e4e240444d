/**
 * The user who owns a data folder, and the switch of the process to that user: what a command
 * leaves there must be readable to the service, whoever runs the command.
 */
import { accessSync, constants, lstatSync, readFileSync, type Stats, statSync } from 'node:fs'
import { join } from 'node:path'
import { exitCodes, giveUp } from '../process/exit'

export interface FolderFacts {
  /** The user of this process. */
  readonly me: number
  /** Whose the folder is; null if there is none. */
  readonly folder: number | null
  /** Whose the lock file in it is, which a service makes before anything else; null if unknown. */
  readonly lock: number | null
  /** Whether this process can write the lock file or, where there is none, the folder. */
  readonly writable: boolean
}

/** Going on as who one is; as another user; or not at all, but as that user. */
export type UserDecision =
  | { readonly as: 'self' }
  | { readonly as: 'owner' | 'nobody'; readonly uid: number }

const root = 0
const self: UserDecision = { as: 'self' }

/**
 * As whom a process goes on with a folder. Root becomes the folder's owner or, where that is root,
 * who made the lock file in it. Others have to be the
 * owner; a folder that root made and left open to them has none yet (mounted volumes are like
 * that).
 *
 * @param isService whether it is the service itself: it decides by being there whose the files are,
 * if it can write them at all
 */
export const decideUser = (facts: FolderFacts, isService: boolean): UserDecision => {
  const { me, folder, lock, writable } = facts
  if (folder === null) return self
  if (me === root) {
    const owner = folder === root ? (lock ?? root) : folder
    return owner === root ? self : { as: 'owner', uid: owner }
  }
  if (lock !== null) return lock === me || writable ? self : { as: 'nobody', uid: lock }
  const free = writable && (isService || folder === root)
  return folder === me || free ? self : { as: 'nobody', uid: folder }
}

/** The name that `/etc/passwd` has for a user id; else the id in words. */
export const userNamed = (uid: number, passwd: string): string =>
  passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find(([, , id]) => id === String(uid))?.[0] ?? `the user with the id ${uid}`

export const nameOfUser = (uid: number): string => {
  try {
    return userNamed(uid, readFileSync('/etc/passwd', 'utf8'))
  } catch {
    return userNamed(uid, '')
  }
}

const statOf = (path: string): Stats | null => {
  try {
    return statSync(path)
  } catch {
    return null
  }
}

/**
 * The lock file, if it is a plain file that has no other name: whoever may write the folder can put
 * a link there to a file of somebody else, whom root would become then.
 */
const lockFileAt = (path: string): Stats | null => {
  try {
    const found = lstatSync(path)
    return found.isFile() && found.nlink === 1 ? found : null
  } catch {
    return null
  }
}

const canWrite = (path: string): boolean => {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** What Unix has for changing users; null elsewhere, where there is nothing to do here. */
const unix = () => {
  const { getuid, getgid, geteuid, setegid, seteuid, setgid, setuid, setgroups } = process
  const known = getuid && getgid && geteuid && setegid && seteuid && setgid && setuid && setgroups
  return known ? { getuid, getgid, geteuid, setegid, seteuid, setgid, setuid, setgroups } : null
}

/**
 * What a process is to a folder: the service, a command that touches nothing else, or a visitor who
 * has files of its own to read or write as well, and can go back to being root for them.
 */
export type Role = 'service' | 'command' | 'visitor'

const refuse = (dir: string, me: number, uid: number): never => {
  const owner = nameOfUser(uid)
  return giveUp(
    exitCodes.noPermission,
    `The data folder ${dir} belongs to ${owner}, and this is ${nameOfUser(me)}: run this as ${owner}, or as root.`,
  )
}

/**
 * Goes on as the owner of a data folder.
 *
 * @returns the name of the user that this process became; null if it stayed who it was
 * @throws {StartFailure} another user has to run this; it says who
 */
export const becomeOwnerOf = (dir: string, role: Role): string | null => {
  const calls = unix()
  if (calls === null) return null
  const me = calls.geteuid()
  const folder = statOf(dir)
  const lockPath = join(dir, 'owner.lock')
  const lock = lockFileAt(lockPath)
  const facts: FolderFacts = {
    me,
    folder: folder?.uid ?? null,
    lock: lock?.uid ?? null,
    writable: canWrite(lock ? lockPath : dir),
  }
  const decision = decideUser(facts, role === 'service')
  if (decision.as === 'self') return null
  const { uid } = decision
  if (decision.as === 'nobody') return refuse(dir, me, uid)

  const gid = (lock?.uid === uid ? lock : folder)?.gid ?? uid
  try {
    if (role === 'visitor') {
      calls.setegid(gid)
      calls.seteuid(uid)
    } else {
      calls.setgroups([gid])
      calls.setgid(gid)
      calls.setuid(uid)
    }
  } catch {
    // A root without the right to become others, as some containers have it.
    return refuse(dir, me, uid)
  }
  return nameOfUser(uid)
}

/**
 * A visitor is again who started it, for files that are not of the folder; others stay who they
 * are.
 */
export const becomeStarterAgain = (): void => {
  const calls = unix()
  if (calls === null || calls.geteuid() === calls.getuid()) return
  calls.seteuid(calls.getuid())
  calls.setegid(calls.getgid())
}
