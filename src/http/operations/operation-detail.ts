/** What the OpenAPI document says of operations that want the admin token. */

/** The `detail` of routes under one heading. */
export const operationsOf =
  (tag: 'Companies' | 'Suites' | 'Events' | 'Operations') =>
  (summary: string, description?: string) => ({
    tags: [tag],
    summary,
    ...(description && { description }),
    security: [{ adminToken: [] }],
  })
