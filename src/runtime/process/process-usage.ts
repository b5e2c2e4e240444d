/** What the operating system says of this process. */
import type { ProcessUsage } from '../../http/operations/metrics-registry'

/** Processor time in seconds and memory in bytes, as they are now. */
export const processUsage = (): ProcessUsage => {
  const { user, system } = process.cpuUsage()
  return { cpuSeconds: (user + system) / 1e6, residentBytes: process.memoryUsage.rss() }
}
