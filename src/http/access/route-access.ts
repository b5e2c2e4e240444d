/** Which keys open which route of `/api`, and what the audit log calls it. A row for each. */
import type { KeyScope } from '../../store/api-keys'

export interface RouteAccess {
  /** Any one of them opens. `admin` and the admin token do everywhere. */
  readonly scopes: readonly KeyScope[]
  /**
   * What it touches: the company in its path, the suite in its path, what `?suite=` and `?corpid=`
   * name, all of the service, or what its handler finds out.
   */
  readonly about: 'corp' | 'suite' | 'list' | 'service' | 'later'
  /** Its name in the audit log; null for what changes and reveals nothing. */
  readonly audit: string | null
}

const reads = (about: RouteAccess['about'], ...others: readonly KeyScope[]): RouteAccess => ({
  scopes: ['read', ...others],
  about,
  audit: null,
})

/** Writes, and reveals: what `read` doesn't open. */
const does = (
  about: RouteAccess['about'],
  audit: string,
  ...scopes: readonly KeyScope[]
): RouteAccess => ({ scopes, about, audit })

export const routeAccess: Readonly<Record<string, RouteAccess>> = {
  'GET /api/status': reads('service'),
  'GET /api/setup': reads('service'),
  'GET /api/refused-callbacks': reads('service'),
  'GET /api/audit': reads('service'),

  'GET /api/corps': reads('list'),
  'GET /api/corps/:corpid': reads('corp'),
  'DELETE /api/corps/:corpid': does('corp', 'corp.erase'),
  'GET /api/corps/:corpid/timeline': reads('corp'),
  'GET /api/corps/:corpid/admins': reads('corp'),
  'GET /api/corps/:corpid/callback': reads('corp'),
  'PUT /api/corps/:corpid/callback': does('corp', 'corp.set_callback'),
  'GET /api/corps/:corpid/site': reads('corp'),
  'PUT /api/corps/:corpid/site': does('corp', 'corp.set_site'),
  'POST /api/corps/:corpid/recheck': does('corp', 'corp.recheck'),
  'GET /api/corps/:corpid/access-token': does('corp', 'corp.reveal_access_token'),
  'POST /api/corps/:corpid/access-token': does('corp', 'corp.report_access_token'),
  'GET /api/corps/:corpid/jsapi-ticket': does('corp', 'corp.reveal_ticket', 'ticket'),
  'POST /api/corps/:corpid/jsapi-ticket': does('corp', 'corp.report_ticket', 'ticket'),

  'GET /api/suites/:suite/access-token': does('suite', 'suite.reveal_access_token'),
  'POST /api/suites/:suite/access-token': does('suite', 'suite.report_access_token'),
  'GET /api/suites/:suite/authorization-url': does('suite', 'suite.authorization_url'),
  'GET /api/provider/access-token': does('service', 'provider.reveal_access_token'),
  'POST /api/provider/access-token': does('service', 'provider.report_access_token'),

  'GET /api/events': reads('list', 'events'),
  'GET /api/events/stream': reads('list', 'events'),
  'GET /api/events/:id': reads('later', 'events'),
  'POST /api/events/:id/retry': does('later', 'event.retry', 'events'),

  'GET /api/events/:id/attempts': reads('later', 'events'),

  'GET /api/endpoints': reads('service'),
  'POST /api/endpoints': does('service', 'endpoint.create'),
  'GET /api/endpoints/:name': reads('service'),
  'PATCH /api/endpoints/:name': does('service', 'endpoint.change'),
  'DELETE /api/endpoints/:name': does('service', 'endpoint.remove'),
  'POST /api/endpoints/:name/test': does('service', 'endpoint.test'),
  'POST /api/endpoints/:name/pause': does('service', 'endpoint.pause'),
  'POST /api/endpoints/:name/resume': does('service', 'endpoint.resume'),
  'POST /api/endpoints/:name/rotate-secret': does('service', 'endpoint.rotate_secret'),
  'POST /api/endpoints/:name/replay': does('service', 'endpoint.replay'),
  'GET /api/endpoints/:name/replay/:id': reads('service'),
  'DELETE /api/endpoints/:name/replay/:id': does('service', 'endpoint.cancel_replay'),

  'GET /api/keys': reads('service'),
  'POST /api/keys': does('service', 'key.create'),
  'POST /api/keys/:id/rotate': does('service', 'key.rotate'),
  'DELETE /api/keys/:id': does('service', 'key.revoke'),

  'POST /api/login': does('later', 'login.redeem', 'login'),

  'GET /api/export': reads('service'),
  'POST /api/export': does('service', 'state.export'),
  'POST /api/import': does('service', 'state.import'),
}
