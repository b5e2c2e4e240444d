/** The place to which a path leads, links followed, also where not all of it is there yet. */
import { readlinkSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { isWithin } from '../../config/rules'

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

/** As many links as Linux follows in one path. */
const mostLinks = 40

/**
 * Whether the way to a path goes through a folder, be it by a link that leads out of it again: then
 * who may write the folder decides where the path ends.
 */
export const leadsThrough = (path: string, folder: string): boolean => {
  const dir = realPath(folder)
  const ahead = resolve(path).split(sep)
  let links = 0
  let reached: string = sep
  for (let name = ahead.shift(); name !== undefined; name = ahead.shift()) {
    const next = resolve(reached, name)
    if (isWithin(next, dir)) return true
    const target = targetOf(next)
    if (target === null) reached = next
    else {
      links += 1
      if (links > mostLinks) return false
      if (target.startsWith(sep)) reached = sep
      ahead.unshift(...target.split(sep))
    }
  }
  return false
}
