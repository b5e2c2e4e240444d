/** The section of docs/events.md with every type: out of the catalogue, an example body each. */
import { composeBody } from '../../../src/delivery/compose'
import { ownEventTypes } from '../../../src/events/own-events'
import { buildMessage } from '../../../src/simulator/catalogue/catalogue'
import type { Example } from '../../../src/simulator/catalogue/example'
import { parseMessage } from '../../../src/wecom/callback/message'
import { type CatalogueEntry, catalogue } from '../../../src/wecom/catalogue/catalogue'
import { ownExamples } from './own-event-examples'

export type Language = 'en' | 'zh'

const example: Example = {
  suiteId: 'wwSuiteA',
  providerCorpid: 'wwProvider',
  corpid: 'wpCorpA',
  agentid: 1000007,
  userid: 'woUserA',
  timestamp: 1_700_000_000,
  serial: '7300000000000000001',
}
const receivedAt = 1_700_000_000_123
const idAt = (index: number) => `0192f0c1-0000-7000-8000-${String(index + 1).padStart(12, '0')}`

const bodyOf = (type: string, index: number): string => {
  const built = buildMessage(type, example)
  const parsed = parseMessage(built?.xml ?? '')
  if (!built || !parsed.ok) throw new Error(`${type} has no example that can be read`)
  return composeBody({
    id: idAt(index),
    type,
    suiteId: built.channel === 'system' ? null : example.suiteId,
    // The exchange of a create_auth finds out the company.
    corpid: parsed.value.corpid ?? example.corpid,
    source: built.channel,
    receivedAt,
    body: built.xml,
  })
}

/** Tickets are state and are never sent. */
const sent = catalogue().filter(({ type }) => type !== 'suite_ticket')
const bodies = new Map(sent.map(({ type }, index) => [type, bodyOf(type, index)]))

const titles = {
  command: { en: 'On the command URL', zh: '指令回调URL' },
  system: { en: 'On the provider’s system-event URL', zh: '系统事件接收URL' },
  data: { en: 'On the data URL', zh: '数据回调URL' },
}

const heads = {
  en: '| Type | Meaning | ChangeType |',
  zh: '| 类型 | 含义 | ChangeType |',
}

const row = ({ type, title, changeTypes = [] }: CatalogueEntry, language: Language) => {
  const changes = changeTypes.map((one) => `\`${one}\``).join(', ')
  return `| \`${type}\` | ${title[language]} | ${changes} |`
}

const group = (url: keyof typeof titles, language: Language): string => {
  const entries = sent.filter(({ urls }) => urls[0] === url)
  const table = [heads[language], '|---|---|---|', ...entries.map((entry) => row(entry, language))]
  const lines = entries.map(({ type }) => bodies.get(type))
  return [`### ${titles[url][language]}`, '', ...table, '', '```jsonl', ...lines, '```'].join('\n')
}

const own = (language: Language): string => {
  const head = language === 'en' ? '| Type | Meaning |' : '| 类型 | 含义 |'
  const rows = ownEventTypes.map((type) => `| \`${type}\` | ${ownExamples[type]?.[language]} |`)
  const lines = ownEventTypes.map((type, index) =>
    composeBody({
      id: idAt(sent.length + index),
      type,
      suiteId: type.startsWith('suited.endpoint_') ? null : example.suiteId,
      corpid: type.startsWith('suited.corp_') ? example.corpid : null,
      source: 'suited',
      receivedAt,
      body: JSON.stringify(ownExamples[type]?.payload ?? {}),
    }),
  )
  const title = language === 'en' ? '### suited’s own' : '### suited 自身的事件'
  return [title, '', head, '|---|---|', ...rows, '', '```jsonl', ...lines, '```'].join('\n')
}

/** Everything below the heading. */
export const typeSection = (language: Language): string =>
  [
    group('command', language),
    group('system', language),
    group('data', language),
    own(language),
  ].join('\n\n')
