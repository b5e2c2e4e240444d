/** The routes of `/api`, all behind the admin token. */
import { Elysia } from 'elysia'
import { routeGroup } from '../answer/route-group'
import type { AdminTokenCheck } from '../request/admin-token'
import { createQueryJudge } from '../request/known-query'
import { corpCallbackRoutes } from './corp-callback'
import { type CorpRoutesParts, corpRoutes } from './corps'
import { eventRoutes } from './events'
import { exportRoutes } from './export'
import { importRoutes } from './import'
import { providerRoutes } from './provider'
import { refusedCallbackRoutes } from './refused-callbacks'
import { setupRoutes } from './setup'
import { statusRoutes } from './status'

export const apiRoutes = (
  parts: { adminTokenCheck: AdminTokenCheck } & Parameters<typeof statusRoutes>[0] &
    CorpRoutesParts &
    Parameters<typeof eventRoutes>[0] &
    Parameters<typeof corpCallbackRoutes>[0] &
    Parameters<typeof setupRoutes>[0] &
    Parameters<typeof refusedCallbackRoutes>[0] &
    Parameters<typeof exportRoutes>[0] &
    Parameters<typeof importRoutes>[0] &
    Parameters<typeof providerRoutes>[0],
) => {
  const { adminTokenCheck } = parts
  const refuseUnknownQuery = createQueryJudge(() => api.routes)
  const api = new Elysia({ prefix: '/api' })
    .onTransform(({ request, route }) => {
      adminTokenCheck.require(request)
      refuseUnknownQuery(request, route)
    })
    .use(statusRoutes(parts))
    .use(corpRoutes(parts))
    .use(corpCallbackRoutes(parts))
    .use(eventRoutes(parts))
    .use(setupRoutes(parts))
    .use(refusedCallbackRoutes(parts))
    .use(providerRoutes(parts))
    .use(exportRoutes(parts))
    .use(importRoutes(parts))
  return routeGroup({ audience: 'operator' }, api)
}
