/** The columns of an event that are read out of its message. Pure. */
import type { EventSource } from '../../store/event-record'
import type { Message } from '../../wecom/callback/message'
import { catalogueEntry } from '../../wecom/catalogue/catalogue'

export interface MessageFacts {
  readonly type: string
  readonly source: EventSource
  readonly suiteId: string | null
  readonly corpid: string | null
}

/** @param suiteId the suite whose URL and pair it came with; null for the provider's own */
export const factsOf = (message: Message, suiteId: string | null): MessageFacts => {
  const { type, kind: source } = message
  return {
    type,
    source,
    suiteId:
      message.kind === 'command' ? message.suiteId : message.kind === 'system' ? null : suiteId,
    // Whose an install is is known once its code was exchanged, whatever else the message names.
    corpid: catalogueEntry(type)?.corpid.length === 0 ? null : message.corpid,
  }
}
