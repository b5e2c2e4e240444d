import { describe, expect, test } from 'bun:test'
import { readReply } from '../../../src/delivery/passive-reply/read-reply'
import { replyXml } from '../../../src/delivery/passive-reply/reply-xml'
import { takesReply } from '../../../src/delivery/passive-reply/replyable'
import { parseXml } from '../../../src/wecom/callback/xml'

const cardClick = 'event.template_card_event'

const xmlOf = (reply: unknown, type = 'text'): string => {
  const read = readReply(JSON.stringify({ reply }), type)
  if (!read.ok || read.value === null) throw new Error(JSON.stringify(read))
  return replyXml(read.value, 'woMember', 'wpCorpA', 1_700_000_000_999)
}

/** The elements of a reply as an XML reader finds them. */
const elementsOf = (reply: unknown, type = 'text') => {
  const parsed = parseXml(xmlOf(reply, type))
  if (!parsed.ok) throw new Error(parsed.reason)
  const { ToUserName, FromUserName, CreateTime, MsgType, ...others } = parsed.value
  expect({ ToUserName, FromUserName, CreateTime }).toEqual({
    ToUserName: 'woMember',
    FromUserName: 'wpCorpA',
    CreateTime: '1700000000',
  })
  expect(MsgType).toBe((reply as { MsgType: string }).MsgType)
  return others
}

describe('a reply', () => {
  const article = { Title: 'T', Description: 'D', PicUrl: 'https://p', Url: 'https://u' }
  const card = {
    CardType: 'text_notice',
    MainTitle: { Title: 'done' },
    JumpList: [
      { Type: 1, Title: 'a' },
      { Type: 1, Title: 'b' },
    ],
  }
  const kinds: [string, object, object, string?][] = [
    ['text', { Content: '你好' }, { Content: '你好' }],
    ['image', { Image: { MediaId: 'm' } }, { Image: { MediaId: 'm' } }],
    ['voice', { Voice: { MediaId: 'm' } }, { Voice: { MediaId: 'm' } }],
    [
      'video',
      { Video: { MediaId: 'm', Title: 't', Description: 'd' } },
      { Video: { MediaId: 'm', Title: 't', Description: 'd' } },
    ],
    [
      'news',
      { Articles: { item: [article, article] } },
      { ArticleCount: '2', Articles: { item: [article, article] } },
    ],
    [
      'update_button',
      { Button: { ReplaceName: '好' } },
      { Button: { ReplaceName: '好' } },
      cardClick,
    ],
    [
      'update_template_card',
      { TemplateCard: card },
      {
        TemplateCard: {
          ...card,
          JumpList: [
            { Type: '1', Title: 'a' },
            { Type: '1', Title: 'b' },
          ],
        },
      },
      cardClick,
    ],
    [
      'update_taskcard',
      { TaskCard: { ReplaceName: '好' } },
      { TaskCard: { ReplaceName: '好' } },
      'event.taskcard_click',
    ],
  ]
  for (const [MsgType, given, read, type] of kinds) {
    test(`of MsgType ${MsgType} becomes the XML that WeCom documents`, () => {
      expect(elementsOf({ MsgType, ...given }, type)).toEqual(read as never)
    })
  }

  test('of one article counts it, listed as payloads have it or bare', () => {
    for (const Articles of [{ item: article }, [article]]) {
      const read = elementsOf({ MsgType: 'news', Articles })
      expect(read).toEqual({ ArticleCount: '1', Articles: { item: article } })
    }
  })

  test('says its text to the letter, whatever marks of XML stand in it', () => {
    const Content = 'a ]]> b <c>&amp;</c> ]]]]>> \n end'
    expect(elementsOf({ MsgType: 'text', Content })).toEqual({ Content })
  })

  test('fills nothing in that the endpoint names itself', () => {
    const given = { MsgType: 'text', Content: 'x', ToUserName: 'other', Extra: 'y' }
    expect(elementsOf(given)).toEqual({ Content: 'x' })
  })
})

describe('an answer', () => {
  test('without a reply is no mistake', () => {
    for (const answer of ['', ' \n', 'success', '{}', '{"reply":null}', '{"ok":true}']) {
      expect(readReply(answer, 'text')).toEqual({ ok: true, value: null })
    }
  })

  const broken: [string, string, string][] = [
    ['that is no JSON', '{"reply":', 'no JSON object'],
    ['that is a list', '[]', 'no JSON object'],
    ['whose reply is a text', '{"reply":"hi"}', 'reply is no object'],
    ['without a MsgType', '{"reply":{"Content":"hi"}}', 'MsgType is none of'],
    ['of an unknown MsgType', '{"reply":{"MsgType":"file"}}', 'MsgType is none of'],
    ['named like a member of every object', '{"reply":{"MsgType":"toString"}}', 'none of'],
    ['whose text is a number', '{"reply":{"MsgType":"text","Content":7}}', 'reply.Content'],
    ['whose text is empty', '{"reply":{"MsgType":"text","Content":""}}', 'is empty'],
    ['that holds a NUL', '{"reply":{"MsgType":"text","Content":"a\\u0000"}}', 'XML can hold'],
    ['that holds half a letter', '{"reply":{"MsgType":"text","Content":"\\ud83d"}}', 'XML'],
    ['without the image', '{"reply":{"MsgType":"image"}}', 'Image is no object'],
    ['without a MediaId', '{"reply":{"MsgType":"voice","Voice":{}}}', 'Voice.MediaId'],
    ['without articles', '{"reply":{"MsgType":"news"}}', 'no item'],
    [
      'with nine articles',
      JSON.stringify({ reply: { MsgType: 'news', Articles: Array(9).fill({ Title: 't' }) } }),
      'more than 8',
    ],
    [
      'that updates a card where none was clicked',
      '{"reply":{"MsgType":"update_button","Button":{"ReplaceName":"x"}}}',
      'no reply to text',
    ],
  ]
  for (const [what, answer, reason] of broken) {
    test(`${what} is refused with the reason`, () => {
      const read = readReply(answer, 'text')
      expect(read.ok).toBe(false)
      if (!read.ok) expect(read.reason).toContain(reason)
    })
  }

  test('whose card no XML can hold is refused', () => {
    const nested = JSON.parse(`${'{"A":'.repeat(20)}1${'}'.repeat(20)}`)
    for (const card of [
      {},
      { CardType: 'x', 'a b': '1' },
      { CardType: 'x', '<': '1' },
      { CardType: 'x', A: null },
      { CardType: 'x', A: [['1']] },
      { CardType: 'x', ...nested },
    ]) {
      const reply = { MsgType: 'update_template_card', TemplateCard: card }
      expect(readReply(JSON.stringify({ reply }), cardClick).ok).toBe(false)
    }
  })
})

test('WeCom takes replies to what members write and do, not to what it tells by itself', () => {
  expect(['text', 'location', 'event.enter_agent', cardClick].map(takesReply)).toEqual(
    Array(4).fill(true),
  )
  expect(
    ['event.unsubscribe', 'event.change_contact', 'event.kf_msg_or_event', 'suite_auth'].map(
      takesReply,
    ),
  ).toEqual(Array(4).fill(false))
})
