/** Facts as drivers make them of events. No I/O. No clock. */
import type { EventRecord } from '../../event-record'
import type { Fact, FactRule } from '../../facts'

/** The fact that an event leaves; null if it leaves none. */
export const factOf = (
  { types, exceptSources, payloadOf }: FactRule,
  event: Pick<
    EventRecord,
    'id' | 'suiteId' | 'corpid' | 'source' | 'type' | 'receivedAt' | 'body' | 'status' | 'lastError'
  >,
): Fact | null => {
  if (!types.has(event.type) || exceptSources.has(event.source)) return null
  const { id, suiteId, corpid, type, receivedAt, body } = event
  return { id, suiteId, corpid, type, at: receivedAt, payload: body && payloadOf(event) }
}
