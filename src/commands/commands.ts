/** Every command by its name, loaded when it is asked for. */

export const main = {
  meta: {
    name: 'suited',
    description: 'The backend of a WeCom (企业微信) third-party app in one binary',
  },
  default: 'serve',
}

export const commands = {
  serve: () => import('./serve').then((module) => module.default),
  demo: () => import('./demo').then((module) => module.default),
  simulate: () => import('./simulate').then((module) => module.default),
  status: () => import('./status').then((module) => module.default),
  urls: () => import('./urls').then((module) => module.default),
  rekey: () => import('./rekey').then((module) => module.default),
  export: () => import('./export').then((module) => module.default),
  import: () => import('./import').then((module) => module.default),
  migrate: () => import('./migrate').then((module) => module.default),
  events: () => import('./events/events').then((module) => module.default),
  relay: () => import('./events/relay').then((module) => module.default),
  receive: () => import('./events/receive').then((module) => module.default),
  endpoints: () => import('./endpoints/endpoints').then((module) => module.default),
  keys: () => import('./access/keys').then((module) => module.default),
  keygen: () => import('./keygen').then((module) => module.default),
  healthcheck: () => import('./healthcheck').then((module) => module.default),
  openapi: () => import('./openapi').then((module) => module.default),
  licences: () => import('./licences').then((module) => module.default),
}
