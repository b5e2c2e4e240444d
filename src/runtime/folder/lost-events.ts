/** A sign that the event log is lost: it is gone while companies are still there. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

const hasCompanies = (dir: string): boolean => {
  const corps = join(dir, 'corps')
  return namesIn(corps).some((suite) =>
    namesIn(join(corps, suite)).some((name) => name.endsWith('.json')),
  )
}

/** To be asked before the log is opened, for that makes a new one where there is none. */
export const areEventsLost = (dir: string, eventLogPath: string): boolean => {
  const { size = 0 } = statSync(eventLogPath, { throwIfNoEntry: false }) ?? {}
  return size === 0 && hasCompanies(dir)
}
