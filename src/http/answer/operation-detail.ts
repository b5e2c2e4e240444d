/** What the OpenAPI document says of an operation: the `detail` of a route. */
import type { OperationTag } from './operation-tags'

/** Where a route for all methods keeps the operationIds of those that the document describes. */
export const idsKeyword = 'x-operation-ids'

interface OperationDetail {
  readonly tags: [OperationTag]
  /** Client generators make the name of a function of it. */
  readonly operationId: string
  readonly summary: string
  readonly description?: string
}

/**
 * The `detail` of routes under one heading.
 *
 * @returns `operation(operationId, summary, description)`; an id is a verb and what it is done to,
 * as `listCorps`
 */
export const publicOperations =
  (tag: OperationTag) =>
  (operationId: string, summary: string, description?: string): OperationDetail => ({
    tags: [tag],
    operationId,
    summary,
    ...(description && { description }),
  })

/** What an operation takes that a key may be shown to: nothing at all, or the key. */
export const keyIsOptional = [{}, { adminToken: [] }]

/** The same for routes that want the admin token. */
export const operatorOperations = (tag: OperationTag) => {
  const operation = publicOperations(tag)
  return (...said: Parameters<typeof operation>) => ({
    ...operation(...said),
    security: [{ adminToken: [] }],
  })
}
