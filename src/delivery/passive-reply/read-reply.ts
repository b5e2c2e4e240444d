/**
 * The passive reply in an endpoint's answer: `{ "reply": { "MsgType": …, … } }`, in WeCom's names.
 * Pure.
 *
 * WeCom's page: https://developer.work.weixin.qq.com/document/path/90241
 */
import { fail, type Result, succeed } from '../../errors'
import { isJsonObject } from '../../json-object'
import { fitsMessage } from './replyable'

/** A text, or elements in each other; what repeats is a list. */
export type ReplyValue = string | ReplyElements | readonly ReplyValue[]
export interface ReplyElements {
  readonly [name: string]: ReplyValue
}

export interface Reply {
  readonly msgType: string
  /** What stands beside the MsgType. */
  readonly elements: ReplyElements
}

type JsonObject = Record<string, unknown>
type Read = Result<ReplyElements, string>

const mostArticles = 8
const deepestCard = 8
const elementName = /^[A-Za-z][A-Za-z0-9_]{0,63}$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what XML forbids
const forbiddenInXml = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/u

/** A text as XML can hold it; null for anything else. */
const asText = (value: unknown): string | null =>
  typeof value === 'string' && !forbiddenInXml.test(value) ? value : null

/** The members of an object that are named, as texts. Others are left out. */
const texts = (
  value: unknown,
  path: string,
  wanted: readonly string[],
  optional: readonly string[] = [],
): Read => {
  if (!isJsonObject(value)) return fail(`${path} is no object`)
  const elements: Record<string, string> = {}
  for (const name of [...wanted, ...optional]) {
    const given = value[name]
    if (optional.includes(name) && (given === undefined || given === null)) continue
    const text = asText(given)
    if (text === null) return fail(`${path}.${name} is no text that XML can hold`)
    if (text === '' && wanted.includes(name)) return fail(`${path}.${name} is empty`)
    elements[name] = text
  }
  return succeed(elements)
}

/** One object with texts in it, under its own name. */
const within = (
  reply: JsonObject,
  name: string,
  wanted: readonly string[],
  optional?: readonly string[],
): Read => {
  const inner = texts(reply[name], name, wanted, optional)
  return inner.ok ? succeed({ [name]: inner.value }) : inner
}

/** As a payload has them, `{ item: … }`, or the bare list. */
const articlesOf = (given: unknown): readonly unknown[] => {
  const items = isJsonObject(given) ? given.item : given
  if (Array.isArray(items)) return items
  return items === undefined || items === null ? [] : [items]
}

const news = ({ Articles }: JsonObject): Read => {
  const articles = articlesOf(Articles)
  if (articles.length === 0) return fail('Articles has no item')
  if (articles.length > mostArticles) return fail(`Articles has more than ${mostArticles} items`)
  const items: ReplyElements[] = []
  for (const [i, article] of articles.entries()) {
    const path = `Articles.item[${i}]`
    const read = texts(article, path, ['Title'], ['Description', 'PicUrl', 'Url'])
    if (!read.ok) return read
    items.push(read.value)
  }
  return succeed({ ArticleCount: String(items.length), Articles: { item: items } })
}

/** The elements of a card, whatever card it is; null for what can't be XML. */
const card = (value: unknown, depth: number): ReplyValue | null => {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) {
    const items = value.map((item) => (Array.isArray(item) ? null : card(item, depth)))
    return items.includes(null) ? null : (items as ReplyValue[])
  }
  if (!isJsonObject(value)) return asText(value)
  if (depth === 0) return null
  const elements: Record<string, ReplyValue> = {}
  for (const [name, member] of Object.entries(value)) {
    const read = elementName.test(name) ? card(member, depth - 1) : null
    if (read === null) return null
    elements[name] = read
  }
  return elements
}

const templateCard = ({ TemplateCard: given }: JsonObject): Read => {
  const read = isJsonObject(given) ? card(given, deepestCard) : null
  if (read === null) return fail('TemplateCard is no object whose members XML can hold')
  const { CardType } = read as ReplyElements
  if (!CardType) return fail('TemplateCard.CardType is missing')
  return succeed({ TemplateCard: read })
}

/** Each kind of reply that WeCom knows, by its MsgType. */
const kinds: ReadonlyMap<string, (reply: JsonObject) => Read> = new Map<
  string,
  (reply: JsonObject) => Read
>([
  ['text', (reply) => texts(reply, 'reply', ['Content'])],
  ['image', (reply) => within(reply, 'Image', ['MediaId'])],
  ['voice', (reply) => within(reply, 'Voice', ['MediaId'])],
  ['video', (reply) => within(reply, 'Video', ['MediaId'], ['Title', 'Description'])],
  ['news', news],
  ['update_button', (reply) => within(reply, 'Button', ['ReplaceName'])],
  ['update_template_card', templateCard],
  ['update_taskcard', (reply) => within(reply, 'TaskCard', ['ReplaceName'])],
])

const parsed = (answer: string): unknown => {
  try {
    return JSON.parse(answer)
  } catch {
    return undefined
  }
}

/**
 * The reply in an answer; null where it holds none, which is no mistake. A failure says in words
 * what is wrong with it.
 *
 * @param type of the event that was answered
 */
export const readReply = (answer: string, type: string): Result<Reply | null, string> => {
  // `success` is what a handler says that was written for WeCom itself.
  const said = answer.trim()
  if (said === '' || said === 'success') return succeed(null)
  const read = parsed(said)
  if (!isJsonObject(read)) return fail('the answer is no JSON object')
  const { reply } = read
  if (reply === undefined || reply === null) return succeed(null)
  if (!isJsonObject(reply)) return fail('reply is no object')
  const { MsgType: msgType } = reply
  const elementsOf = typeof msgType === 'string' ? kinds.get(msgType) : undefined
  if (typeof msgType !== 'string' || !elementsOf) {
    return fail(`reply.MsgType is none of ${[...kinds.keys()].join(', ')}`)
  }
  if (!fitsMessage(msgType, type)) return fail(`${msgType} is no reply to ${type}`)
  const elements = elementsOf(reply)
  return elements.ok ? succeed({ msgType, elements: elements.value }) : elements
}
