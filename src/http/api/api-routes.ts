/** The routes of `/api`, all behind one door. */
import { Elysia } from 'elysia'
import { type AuditTrailParts, createAuditTrail } from '../access/audit-trail'
import { createRouteDoor, type RouteDoorParts } from '../access/route-door'
import { routeGroup } from '../answer/route-group'
import { createQueryJudge } from '../request/known-query'
import { type AuditRoutesParts, auditRoutes } from './access/audit'
import { type KeyRoutesParts, keyRoutes } from './access/keys'
import { type CorpCallbackRoutesParts, corpCallbackRoutes } from './corp/corp-callback'
import { type CorpSiteRoutesParts, corpSiteRoutes } from './corp/corp-site'
import { type CorpRoutesParts, corpRoutes } from './corps'
import { type EndpointRoutesParts, endpointRoutes } from './delivery/endpoints'
import { replayRoutes } from './delivery/replays'
import { type EventRoutesParts, eventRoutes } from './events'
import { type ExportRoutesParts, exportRoutes } from './export'
import { type ImportRoutesParts, importRoutes } from './import'
import { type LoginApiParts, loginApiRoutes } from './login'
import { type ProviderRoutesParts, providerRoutes } from './provider'
import { type RefusedCallbackRoutesParts, refusedCallbackRoutes } from './refused-callbacks'
import { type SetupRoutesParts, setupRoutes } from './setup'
import { type StatusRoutesParts, statusRoutes } from './status'
import { type EventStreamParts, eventStreamRoutes } from './stream/stream-routes'

/** What the routes of each subject are given. */
export interface ApiParts {
  readonly door: RouteDoorParts
  readonly audit: AuditTrailParts
  readonly keys: KeyRoutesParts
  readonly auditLog: AuditRoutesParts
  readonly status: StatusRoutesParts
  readonly corps: CorpRoutesParts
  readonly corpCallback: CorpCallbackRoutesParts
  readonly corpSite: CorpSiteRoutesParts
  readonly events: EventRoutesParts
  readonly endpoints: EndpointRoutesParts
  readonly eventStream: EventStreamParts
  readonly setup: SetupRoutesParts
  readonly refusedCallbacks: RefusedCallbackRoutesParts
  readonly provider: ProviderRoutesParts
  readonly login: LoginApiParts
  readonly export: ExportRoutesParts
  readonly import: ImportRoutesParts
}

export const apiRoutes = (parts: ApiParts) => {
  const enter = createRouteDoor(parts.door)
  const auditTrail = createAuditTrail(parts.audit)
  const refuseUnknownQuery = createQueryJudge(() => api.routes)
  const api = new Elysia({ prefix: '/api' })
    .onTransform(async ({ request, route, params, query }) => {
      await enter({ request, route, params, query })
      refuseUnknownQuery(request, route)
    })
    .onAfterHandle(({ request, route, params, query, set, responseValue }) =>
      auditTrail.record(
        { request, route, params, query },
        responseValue instanceof Response ? responseValue.status : Number(set.status ?? 200),
      ),
    )
    .use(keyRoutes(parts.keys, auditTrail))
    .use(auditRoutes(parts.auditLog))
    .use(statusRoutes(parts.status))
    .use(corpRoutes(parts.corps))
    .use(corpCallbackRoutes(parts.corpCallback))
    .use(corpSiteRoutes(parts.corpSite))
    .use(eventRoutes(parts.events, auditTrail))
    .use(endpointRoutes(parts.endpoints))
    .use(replayRoutes(parts.endpoints))
    .use(eventStreamRoutes(parts.eventStream))
    .use(setupRoutes(parts.setup))
    .use(refusedCallbackRoutes(parts.refusedCallbacks))
    .use(providerRoutes(parts.provider))
    .use(loginApiRoutes(parts.login, auditTrail))
    .use(exportRoutes(parts.export))
    .use(importRoutes(parts.import))
  return routeGroup(
    {
      audience: 'operator',
      beforeFailure: async ({ request, route, params, query }, status) => {
        if (route !== undefined) await auditTrail.record({ request, route, params, query }, status)
      },
    },
    api,
  )
}
