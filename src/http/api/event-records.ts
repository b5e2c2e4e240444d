/** Events as the API shows them: the message as JSON, its secrets masked. */
import { t } from 'elysia'
import { eventSources, eventStatuses } from '../../store/event-record'
import type { Fact } from '../../store/facts'
import { subjectOf } from '../../wecom/callback/subject'
import type { XmlObject } from '../../wecom/callback/xml'
import { catalogueEntry } from '../../wecom/catalogue/catalogue'
import { nullableText } from '../answer/field-schemas'
import { exampleOf, named } from '../answer/named-schema'
import { namedPageOf } from '../answer/page'

export const EventStatus = t.Union(eventStatuses.map((status) => t.Literal(status)))

const Subject = t.Record(t.String(), t.Union([t.String(), t.Array(t.String())]), {
  description:
    'Whom or what it is about, by WeCom’s element names: a member, a customer, an order …',
  examples: [{ ChangeType: 'create_user', UserID: 'woUserA' }],
})

const Delivery = named(
  'Delivery',
  t.Object({
    endpoint: t.String(),
    status: t.UnionEnum(['pending', 'held', 'done', 'dead'], {
      description: '`held`: it waits for an endpoint that takes nothing now.',
    }),
    attempts: t.Integer(),
    nextAttemptAt: t.Union([t.Integer(), t.Null()]),
    lastError: nullableText('Why the last try failed.'),
  }),
  { endpoint: 'crm', status: 'done', attempts: 1, nextAttemptAt: null, lastError: null },
)

const eventFields = t.Object({
  id: t.String(),
  suiteId: nullableText('Null for the provider’s own events.'),
  corpid: nullableText('Null if it concerns no company, or a create_auth before its exchange.'),
  source: t.Union(eventSources.map((source) => t.Literal(source))),
  type: t.String({
    description: 'InfoType, `event.<Event>`, MsgType, or `unparsed`.',
    examples: ['create_auth', 'event.subscribe', 'text'],
  }),
  receivedAt: t.Integer({ description: 'Epoch milliseconds.' }),
  payload: t.Record(t.String(), t.Unknown(), {
    description:
      'The decrypted message: WeCom’s element names, every value text, secrets masked. Of one that can’t be read `raw` alone, its text, for the admin token and keys of scope `admin`; else nothing.',
  }),
  subject: Subject,
  status: EventStatus,
  attempts: t.Integer(),
  lastError: nullableText('Why the last try failed.'),
  deliveries: t.Array(Delivery),
})

export const Event = named('Event', eventFields, {
  id: '0198f1f0-8a00-7000-8000-000000000001',
  suiteId: 'ww0000000000000002',
  corpid: 'wpCorpA',
  source: 'command',
  type: 'change_contact',
  receivedAt: 1_795_334_400_000,
  payload: {
    SuiteId: 'ww0000000000000002',
    AuthCorpId: 'wpCorpA',
    InfoType: 'change_contact',
    TimeStamp: '1795334400',
    ChangeType: 'create_user',
    UserID: 'woUserA',
  },
  subject: { ChangeType: 'create_user', UserID: 'woUserA' },
  status: 'done',
  attempts: 1,
  lastError: null,
  deliveries: [exampleOf(Delivery)],
})

const Title = t.Object({ en: t.String(), zh: t.String() })

const TimelineEntry = named(
  'TimelineEntry',
  t.Object({
    at: t.Integer({ description: 'Epoch milliseconds.' }),
    type: t.String({ examples: ['create_auth', 'suited.corp_changed'] }),
    title: t.Union([Title, t.Null()], { description: 'The type in words, where it is known.' }),
    eventId: t.String({ description: 'The event at /api/events/{id}.' }),
    payload: eventFields.properties.payload,
    subject: Subject,
  }),
  {
    at: 1_795_334_400_000,
    type: 'suited.corp_authorized',
    title: { en: 'Authorised', zh: '授权成功' },
    eventId: '0198f1f0-8a00-7000-8000-000000000002',
    payload: { name: '青松科技有限公司', agentid: '1000007' },
    subject: {},
  },
)

export const Timeline = namedPageOf('TimelineEntryList', TimelineEntry)

const ownTitles: Readonly<Record<string, { en: string; zh: string }>> = {
  'suited.corp_authorized': { en: 'Authorised', zh: '授权成功' },
  'suited.corp_imported': { en: 'Imported', zh: '已导入' },
  'suited.corp_changed': { en: 'Changed what it grants', zh: '授权变更' },
  'suited.corp_admins_changed': { en: 'Changed its admins', zh: '管理员变更' },
  'suited.corp_suspended': { en: 'Suspended', zh: '应用停用' },
  'suited.corp_invalid': { en: 'Authorisation is gone', zh: '授权失效' },
  'suited.corp_url_checked': { en: 'Its callback URL was checked', zh: '回调URL已验证' },
  'suited.corp_restored': { en: 'Served again', zh: '恢复授权' },
  'suited.corp_cancelled': { en: 'Left; secrets erased', zh: '取消授权，密钥已清除' },
  'suited.corp_erased': { en: 'Erased; this receipt stays', zh: '数据已清除，仅保留此回执' },
}

export const showTimelineItem = ({ id, at, type, payload: text }: Fact) => {
  const payload: XmlObject = JSON.parse(text || '{}')
  const known = Object.hasOwn(ownTitles, type) ? ownTitles[type] : catalogueEntry(type)?.title
  return { at, type, title: known ?? null, eventId: id, payload, subject: subjectOf(type, payload) }
}
