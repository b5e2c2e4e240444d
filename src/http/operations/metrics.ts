/**
 * The route of metrics for Prometheus. A scrape reads counters alone: never the store, never WeCom.
 */
import { Elysia, t } from 'elysia'
import { Counter, Gauge, Registry } from 'prom-client'
import { everything } from '../../suite/access/caller'
import type { Access } from '../access/access'
import { mediaTypeKeyword } from '../answer/named-schema'
import { operatorOperations } from '../answer/operation-detail'
import { problems } from '../answer/problem-schema'
import { routeGroup } from '../answer/route-group'
import type { RequestCounts } from './request-counts'

/** What the operating system says of this process. */
export interface ProcessUsage {
  readonly cpuSeconds: number
  readonly residentBytes: number
}

export interface MetricsParts {
  readonly access: Pick<Access, 'require'>
  readonly requestCounts: Pick<RequestCounts, 'list'>
  readonly version: string
  /** When the process began. Epoch milliseconds. */
  readonly startedAt: number
  processUsage(): ProcessUsage
}

/**
 * Who may scrape: whoever shows the admin token or a key of scope `metrics`, or all who get there.
 */
export type MetricsReaders = 'with-key' | 'all'

const example = `# HELP suited_http_requests_total Requests answered, by what was asked and how it ended.
# TYPE suited_http_requests_total counter
suited_http_requests_total{area="sign",status="2xx"} 1027
`

const createRegistry = (parts: MetricsParts): Registry => {
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

export const metricsRoutes = (parts: MetricsParts, readers: MetricsReaders) => {
  const registry = createRegistry(parts)
  const routes = new Elysia().get(
    '/metrics',
    async ({ request }) => {
      if (readers === 'with-key') {
        await parts.access.require(request, { scopes: ['metrics'], reach: everything })
      }
      return new Response(await registry.metrics(), {
        headers: { 'content-type': registry.contentType, 'cache-control': 'no-store' },
      })
    },
    {
      response: {
        200: t.String({
          [mediaTypeKeyword]: 'text/plain',
          examples: [example],
          description: 'The text format of Prometheus.',
        }),
        ...problems('unauthorized', 'admin_disabled', 'forbidden', 'too_many_requests'),
      },
      detail: operatorOperations('Operations')(
        'getMetrics',
        'Metrics for Prometheus',
        'Counters of requests and of the process, with the admin token or a key of scope `metrics`; on the operators’ listener without.',
      ),
    },
  )
  return routeGroup({ audience: 'operator' }, routes)
}
