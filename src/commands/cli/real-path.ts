/** Where a path leads, links followed, also where not all of it is there yet. */
import { readlinkSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

const targetOf = (link: string): string | null => {
  try {
    return readlinkSync(link)
  } catch {
    return null
  }
}

/** Absolute. What can't be looked into is taken as it is written. */
export const realPath = (path: string): string => {
  const whole = resolve(path)
  try {
    return realpathSync(whole)
  } catch (error) {
    const above = dirname(whole)
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || above === whole) return whole
    const target = targetOf(whole)
    return target === null
      ? join(realPath(above), basename(whole))
      : realPath(resolve(realPath(above), target))
  }
}
