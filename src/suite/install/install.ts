/**
 * An installation: the company's permanent code is fetched, and what suited needs to know of the
 * company is read. Every step may run twice.
 */
import { minuteMs } from '../../clock'
import { reasonOf } from '../../errors'
import { laterOrDead } from '../../events/retry-for-a-day'
import type { Random } from '../../retry'
import type { EventRecord, Settlement } from '../../store/event-log'
import type { CorpRecord, Store } from '../../store/store'
import { verdictOf } from '../../wecom/api/authorization-verdict'
import { parseMessage } from '../../wecom/callback/message'
import { textOf } from '../../wecom/callback/xml'
import type { ReadGrant } from '../profile/grant'
import { createExchange, type ExchangeParts } from './exchange'

export interface AuthorizationParts extends ExchangeParts {
  readonly store: Pick<Store, 'findCorpByInstallEvent' | 'checkWritable'>
  readonly readGrant: ReadGrant
  readonly random: Random
  /** Told when WeCom refuses to tell of a company. */
  onRefused(suiteId: string, corpid: string, failure: unknown): void
  /** Told when a company's code is stored and its details are read; never throws. */
  onAuthorized(record: CorpRecord): Promise<void>
}

export interface Authorization {
  /** Works on the events that carry an auth_code. */
  install(event: EventRecord): Promise<Settlement>
  /** Works on change_auth: reads again what the company granted. */
  readAgain(event: EventRecord): Promise<Settlement>
}

/** How a refused authorisation really stands is found out elsewhere; asking sooner would cost calls. */
const untilSettledMs = 5 * minuteMs

/** WeCom's documents: at most 512 bytes. */
const longestAuthCode = 512

const elementOf = (event: EventRecord, name: string): string | null => {
  const parsed = parseMessage(event.body)
  return (parsed.ok && textOf(parsed.value.payload, name)?.trim()) || null
}

export const createAuthorization = (parts: AuthorizationParts): Authorization => {
  const { store, corps, tokens, readGrant, clock, random, log } = parts
  const exchange = createExchange(parts)

  /** Whether the code was exchanged before, and what it brought was replaced or erased meanwhile. */
  const isHistory = async (suiteId: string, { corpid, receivedAt }: EventRecord) => {
    const record = corpid === null ? null : await corps.find(suiteId, corpid)
    return record !== null && (record.permanentCode === null || record.authorizedAt >= receivedAt)
  }

  /** Reading the details goes on for a day: the company is authorised meanwhile. */
  const readLater = (event: EventRecord, error: unknown, corpid: string): Settlement => {
    if (event.suiteId) parts.onRefused(event.suiteId, corpid, error)
    const leastMs = verdictOf(error) === null ? 0 : untilSettledMs
    return { ...laterOrDead(event, error, clock.now(), random, leastMs), corpid }
  }

  const finish = async (event: EventRecord, record: CorpRecord): Promise<Settlement> => {
    const { suiteId, corpid } = record
    try {
      const read = await readGrant(suiteId, corpid)
      await tokens.get({ suiteId, corpid, kind: 'access_token' })
      if (read) await parts.onAuthorized(read)
      return { status: 'done', corpid }
    } catch (error) {
      log.warn('a company is authorised, but its details could not be read yet', {
        suiteId,
        corpid,
        reason: reasonOf(error),
      })
      return readLater(event, error, corpid)
    }
  }

  return {
    async install(event) {
      const authCode = elementOf(event, 'AuthCode')
      const { suiteId } = event
      if (!authCode || !suiteId) return { status: 'dead', lastError: 'It carries no AuthCode.' }
      if (authCode.length > longestAuthCode) {
        return { status: 'dead', lastError: 'Its AuthCode is longer than any of WeCom’s.' }
      }
      try {
        const before = await store.findCorpByInstallEvent(suiteId, event.id)
        if (before) {
          await exchange.landed(event)
          return await finish(event, before)
        }
        if (!exchange.holdsCode(event) && (await isHistory(suiteId, event))) {
          return { status: 'done' }
        }
        const record = await exchange.complete(suiteId, event, authCode)
        return record ? await finish(event, record) : { status: 'done' }
      } catch (error) {
        return exchange.failed(event, error)
      }
    },

    async readAgain(event) {
      const { suiteId, corpid } = event
      if (!suiteId || !corpid) return { status: 'dead', lastError: 'It names no company.' }
      const record = await corps.find(suiteId, corpid)
      if (record?.status !== 'authorized') return { status: 'done' }
      try {
        await readGrant(suiteId, record.corpid)
        return { status: 'done' }
      } catch (error) {
        return readLater(event, error, record.corpid)
      }
    },
  }
}
