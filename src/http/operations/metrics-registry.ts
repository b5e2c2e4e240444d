/**
 * What a scrape reads, by the library that knows Prometheus' format. Loading it takes as long as a
 * quarter of a start, so that whoever needs it loads this file when the first scrape comes.
 */
import { Counter, Gauge, Registry } from 'prom-client'
import type { RequestCounts } from './request-counts'

/** What the operating system says of this process. */
export interface ProcessUsage {
  readonly cpuSeconds: number
  readonly residentBytes: number
}

export interface MetricsRegistryParts {
  readonly requestCounts: Pick<RequestCounts, 'list'>
  readonly version: string
  /** When the process began. Epoch milliseconds. */
  readonly startedAt: number
  processUsage(): ProcessUsage
}

/** The series of this process; each scrape reads their values as they are. */
export const createMetricsRegistry = (parts: MetricsRegistryParts): Registry => {
  const { requestCounts, version, startedAt, processUsage } = parts
  const registry = new Registry()
  const registers = [registry]
  new Gauge({
    name: 'suited_info',
    help: 'Always 1; its label says which version runs.',
    labelNames: ['version'],
    registers,
  }).set({ version }, 1)
  new Counter({
    name: 'suited_http_requests_total',
    help: 'Requests answered, by what was asked and how it ended.',
    labelNames: ['area', 'status'],
    registers,
    collect() {
      this.reset()
      for (const { area, status, count } of requestCounts.list()) this.inc({ area, status }, count)
    },
  })
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Processor time that the process has used.',
    registers,
    collect() {
      this.reset()
      this.inc(processUsage().cpuSeconds)
    },
  })
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Memory that the process has in RAM.',
    registers,
    collect() {
      this.set(processUsage().residentBytes)
    },
  })
  new Gauge({
    name: 'process_start_time_seconds',
    help: 'When the process began, in seconds since 1970.',
    registers,
  }).set(startedAt / 1000)
  return registry
}
