/**
 * The route of metrics for Prometheus. A scrape reads counters alone: never the store, never WeCom.
 */
import { Elysia, t } from 'elysia'
import { everything } from '../../suite/access/caller'
import type { Access } from '../access/access'
import { mediaTypeKeyword } from '../answer/named-schema'
import { operatorOperations } from '../answer/operation-detail'
import { problems } from '../answer/problem-schema'
import { routeGroup } from '../answer/route-group'
import type { MetricsRegistryParts } from './metrics-registry'

export interface MetricsParts extends MetricsRegistryParts {
  readonly access: Pick<Access, 'require'>
}

/**
 * Who may scrape: whoever shows the admin token or a key of scope `metrics`, or all who get there.
 */
export type MetricsReaders = 'with-key' | 'all'

const example = `# HELP suited_http_requests_total Requests answered, by what was asked and how it ended.
# TYPE suited_http_requests_total counter
suited_http_requests_total{area="sign",status="2xx"} 1027
`

export const metricsRoutes = (parts: MetricsParts, readers: MetricsReaders) => {
  const load = async () => (await import('./metrics-registry')).createMetricsRegistry(parts)
  let loaded: ReturnType<typeof load> | null = null
  const routes = new Elysia().get(
    '/metrics',
    async ({ request }) => {
      if (readers === 'with-key') {
        await parts.access.require(request, { scopes: ['metrics'], reach: everything })
      }
      loaded ??= load()
      const registry = await loaded
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
