/** A passive reply as the XML that WeCom reads, before it is sealed. Pure. */
import { XMLBuilder } from 'fast-xml-parser'
import { secondMs } from '../../clock'
import type { Reply, ReplyValue } from './read-reply'

const cdata = '#cdata'
// Splits a `]]>` in a text over two sections, so that no text ends its element.
const builder = new XMLBuilder({ cdataPropName: cdata, ignoreAttributes: true, format: false })

const asCdata = (value: ReplyValue): unknown => {
  if (typeof value === 'string') return { [cdata]: value }
  if (Array.isArray(value)) return value.map(asCdata)
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, asCdata(inner)]))
}

/**
 * @param member the userid of whom it is for
 * @param now epoch milliseconds
 */
export const replyXml = (
  { msgType, elements }: Reply,
  member: string,
  corpid: string,
  now: number,
): string => {
  const { ArticleCount, ...others } = elements
  return builder.build({
    xml: {
      ToUserName: asCdata(member),
      FromUserName: asCdata(corpid),
      CreateTime: Math.floor(now / secondMs),
      MsgType: asCdata(msgType),
      ...(ArticleCount !== undefined && { ArticleCount }),
      ...(asCdata(others) as object),
    },
  })
}
