/** The routes of `/api`, all behind the admin token. */
import { Elysia } from 'elysia'
import { routeGroup } from '../answer/route-group'
import type { AdminTokenCheck } from '../request/admin-token'
import { createQueryJudge } from '../request/known-query'
import { type CorpCallbackRoutesParts, corpCallbackRoutes } from './corp-callback'
import { type CorpRoutesParts, corpRoutes } from './corps'
import { type EventRoutesParts, eventRoutes } from './events'
import { type ExportRoutesParts, exportRoutes } from './export'
import { type ImportRoutesParts, importRoutes } from './import'
import { type ProviderRoutesParts, providerRoutes } from './provider'
import { type RefusedCallbackRoutesParts, refusedCallbackRoutes } from './refused-callbacks'
import { type SetupRoutesParts, setupRoutes } from './setup'
import { type StatusRoutesParts, statusRoutes } from './status'

/** What the routes of each subject are given. */
export interface ApiParts {
  readonly adminTokenCheck: AdminTokenCheck
  readonly status: StatusRoutesParts
  readonly corps: CorpRoutesParts
  readonly corpCallback: CorpCallbackRoutesParts
  readonly events: EventRoutesParts
  readonly setup: SetupRoutesParts
  readonly refusedCallbacks: RefusedCallbackRoutesParts
  readonly provider: ProviderRoutesParts
  readonly export: ExportRoutesParts
  readonly import: ImportRoutesParts
}

export const apiRoutes = (parts: ApiParts) => {
  const { adminTokenCheck } = parts
  const refuseUnknownQuery = createQueryJudge(() => api.routes)
  const api = new Elysia({ prefix: '/api' })
    .onTransform(({ request, route }) => {
      adminTokenCheck.require(request)
      refuseUnknownQuery(request, route)
    })
    .use(statusRoutes(parts.status))
    .use(corpRoutes(parts.corps))
    .use(corpCallbackRoutes(parts.corpCallback))
    .use(eventRoutes(parts.events))
    .use(setupRoutes(parts.setup))
    .use(refusedCallbackRoutes(parts.refusedCallbacks))
    .use(providerRoutes(parts.provider))
    .use(exportRoutes(parts.export))
    .use(importRoutes(parts.import))
  return routeGroup({ audience: 'operator' }, api)
}
