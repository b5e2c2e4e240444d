/** The headings of the OpenAPI document, in the order in which Swagger UI shows them. */

export const operationTags = [
  { name: 'Pages', description: 'For web pages: JS-SDK signatures.' },
  {
    name: 'Companies',
    description: 'Companies that installed the app, their access tokens and JS-SDK tickets.',
  },
  { name: 'Suites', description: 'Tokens of suites and of the provider; authorising templates.' },
  { name: 'WeCom’s API', description: 'Any call of WeCom’s, with tokens that suited puts in.' },
  { name: 'Events', description: 'What WeCom told us, and how our work on it went.' },
  { name: 'Endpoints', description: 'Where events go, and how they fare on the way.' },
  { name: 'Access', description: 'API keys, and who did what.' },
  { name: 'Operations', description: 'Health, readiness, status.' },
  { name: 'WeCom', description: 'The addresses to paste into WeCom’s console.' },
  {
    name: 'Of one suite',
    description: 'The same addresses for one of several suites, named by its key or its id.',
  },
  { name: 'Old names', description: 'The names that a widely read article gave these addresses.' },
] as const

export type OperationTag = (typeof operationTags)[number]['name']

/** Those that say again what stands above: Swagger UI opens them when somebody asks. */
export const closedTags: readonly OperationTag[] = ['Of one suite', 'Old names']
