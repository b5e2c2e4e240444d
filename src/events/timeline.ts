/** The timeline of a company: its facts, without what its members say and do. */
import type { Fact, Facts } from '../store/facts'
import type { Page } from '../store/store'
import { catalogue } from '../wecom/catalogue/catalogue'
import type { OwnEventType } from './own-events'

/**
 * Contacts, customers and members' messages are the company's daily life, not its history with us.
 */
const dailyLife = new Set([
  'change_contact',
  'change_external_contact',
  'change_external_chat',
  'change_external_tag',
  'change_school_contact',
  'batch_job_result',
  'conversation_new_message',
  'hit_keyword',
  'chat_archive_export_finished',
  'chat_archive_audit_approved_single',
])

/** What comes by the data URL and is history all the same. */
const historicEvents = [
  'device_data_auth_change',
  'event.change_app_admin',
  'event.share_agent_change',
  'event.share_chain_change',
  'event.inactive_alert',
  'event.close_inactive_agent',
  'event.reopen_inactive_agent',
  'event.low_active_alert',
  'event.low_active',
  'event.active_restored',
]

const ownTypes: readonly OwnEventType[] = [
  'suited.corp_authorized',
  'suited.corp_imported',
  'suited.corp_changed',
  'suited.corp_admins_changed',
  'suited.corp_suspended',
  'suited.corp_invalid',
  'suited.corp_restored',
  'suited.corp_cancelled',
  'suited.corp_erased',
]

/** The types of event whose facts make up a timeline. */
export const timelineTypes: readonly string[] = [
  ...catalogue()
    .filter(({ type, urls }) => !urls.every((url) => url === 'data') && !dailyLife.has(type))
    .map(({ type }) => type),
  ...historicEvents,
  ...ownTypes,
]

export interface TimelineQuery {
  readonly suiteId: string
  /** The ids by which the company is known. */
  readonly corpids: readonly string[]
  readonly limit: number
  readonly cursor?: string | undefined
}

/** A page of a company's history with one suite, newest first. */
export const readTimeline = (
  facts: Pick<Facts, 'listFacts'>,
  query: TimelineQuery,
): Promise<Page<Fact>> => facts.listFacts({ ...query, orNoSuite: true, types: timelineTypes })
