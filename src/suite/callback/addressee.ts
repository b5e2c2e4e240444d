/**
 * The addressee of a message, for whom it was sealed and which URL it came to: beside one that
 * can't be read, so that it is judged by them when it is read at last. Pure.
 */
import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { Message } from '../../wecom/callback/message'

const Addressee = Type.Object({
  receiveId: Type.String(),
  pathCorpid: Type.Union([Type.String(), Type.Null()]),
  onDataUrl: Type.Boolean(),
  onCompanyUrl: Type.Boolean(),
})
export type Addressee = Static<typeof Addressee>

/** As the pending secret of its event has it. */
export const addresseeText = (addressee: Addressee): string => JSON.stringify(addressee)

/** Null without a pending secret: a suited that wrote none took the message. */
export const addresseeIn = (pendingSecret: string | null): Addressee | null =>
  pendingSecret === null ? null : Value.Decode(Addressee, JSON.parse(pendingSecret))

/** Where there is none, the ids that the message names have to do. */
export const addresseeNamedIn = (message: Message): Addressee => ({
  receiveId:
    message.kind === 'command'
      ? message.suiteId
      : message.kind === 'system'
        ? message.serviceCorpId
        : message.corpid,
  pathCorpid: null,
  onDataUrl: message.kind === 'data',
  onCompanyUrl: false,
})
