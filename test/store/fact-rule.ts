/**
 * Some types whose events leave a fact, for tests of drivers: what it holds is whose body that was.
 */
import type { FactRule } from '../../src/store/facts'

export const factRule: FactRule = {
  types: new Set(['create_auth', 'license_refund', 'suited.corp_changed']),
  exceptSources: new Set(['install'] as const),
  payloadOf: ({ type, body }) => JSON.stringify({ type, length: body.length }),
}
