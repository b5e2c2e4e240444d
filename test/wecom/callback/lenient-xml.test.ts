import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { parseStringPromise } from 'xml2js'
import { longestMended, parseCarelessXml } from '../../../src/wecom/callback/lenient-xml'
import { parseXml } from '../../../src/wecom/callback/xml'
import { withoutMarks } from '../../../src/wecom/callback/xml-marks'
import { commandSamples, dataSamples, systemSamples } from './sample-messages'

const message = (content: string) =>
  `<xml><ToUserName>wpA</ToUserName><MsgType>text</MsgType><Content>${content}</Content></xml>`

const read = (content: string): unknown => {
  const result = parseXml(message(content))
  if (!result.ok) throw new Error(`refused as ${result.reason}`)
  expect(result.value).toMatchObject({ ToUserName: 'wpA', MsgType: 'text' })
  return result.value.Content
}

const forbidden = [
  '\0',
  '\u0001',
  '\b',
  '\v',
  '\f',
  '\u0010',
  '\u001B',
  '\u001D',
  '\u001F',
  '\uFFFE',
  '\uFFFF',
]

describe('a character that XML forbids', () => {
  test.each(forbidden)('is a letter like any other: %j', (character) => {
    expect(read(`<![CDATA[a${character}b]]>`)).toBe(`a${character}b`)
    expect(read(`a${character}b`)).toBe(`a${character}b`)
    expect(read(`<![CDATA[${character}]]>`)).toBe(character)
  })

  test('changes nothing about blanks: those in CDATA stay, those outside go', () => {
    expect(read('\n <![CDATA[ \u3000a\u0010\n]]> ')).toBe(' \u3000a\u0010\n')
    expect(read(' a\u0010 ')).toBe('a\u0010')
  })

  test('changes nothing about a CDATA mark without its bracket', () => {
    expect(read('![CDATA[wpUpper\u0010]]')).toBe('wpUpper\u0010')
    expect(read('<![CDATA[![CDATA[x]]\u0010]]>')).toBe('![CDATA[x]]\u0010')
  })
})

describe('what refers to nothing', () => {
  test.each([
    'a & b',
    '&',
    'https://a.example/?a=1&b=2',
    '&nbsp;',
    'a&copy;b',
    '&amp',
    '&#;',
    '&#x;',
    '&#x110000;',
    '&&amp',
  ])('is text: %s', (content) => {
    expect(read(content)).toBe(content)
  })

  test('leaves alone what does refer to something', () => {
    expect(read('a & &lt;b&gt; &#65;&#x4F60; &quot;&apos;&amp;amp;')).toBe(`a & <b> A你 "'&amp;`)
  })

  test('may be a reference to a forbidden character, which is that character', () => {
    expect(read('a&#x1B;&#0;b')).toBe('a\u001B\0b')
  })

  test.each(['&#xD83D;&#xDE00;', '&#55357;&#56832;', '&#xd83d;&#56832;'])(
    'may be half a character beside its other half: %s is one',
    (content) => {
      expect(read(content)).toBe('😀')
    },
  )

  test('may be half a character alone, which no text can hold', () => {
    expect(read('a&#xD83D;b')).toBe('a\uFFFDb')
  })
})

describe('the end of a CDATA section', () => {
  test.each([
    ['a]]>b', '<![CDATA[a]]>b]]>'],
    [']]>', '<![CDATA[]]>]]>'],
    ['a]]>b]]>c]]>', '<![CDATA[a]]>b]]>c]]>]]>'],
    ['if (a[b[0]]>1) {', '<![CDATA[if (a[b[0]]>1) {]]>'],
    ['a]]> b\u0010', '<![CDATA[a]]> b\u0010]]>'],
  ])('is not where a member typed %s', (text, content) => {
    expect(read(content)).toBe(text)
  })

  test('is where a tag follows', () => {
    expect(read('<![CDATA[a]]> <![CDATA[b\u0010]]>')).toBe('a b\u0010')
    expect(read('a]]>b')).toBe('a]]>b')
  })

  test('may have text behind it, if the document can’t be read otherwise', () => {
    const result = parseXml('<xml><A><![CDATA[a]]> tail</A><B><![CDATA[\u0010]]></B></xml>')
    expect(result).toEqual({ ok: true, value: { A: 'a tail', B: '\u0010' } })
  })
})

describe('a document', () => {
  test.each(['\0', '\0\0\0', ' \0\n\0 '])('may have %j behind its root', (tail) => {
    expect(parseXml(`${message('hi')}${tail}`)).toMatchObject({ value: { Content: 'hi' } })
  })

  test('may have attributes, comments, a declaration and a byte order mark', () => {
    const text =
      '\uFEFF<?xml version="1.0"?><!-- c --><xml a="1"><A b="2" c=\'3\'>\u0010<!-- <B> --></A><C/></xml>'
    expect(parseXml(text)).toEqual({ ok: true, value: { A: '\u0010', C: '' } })
  })

  test.each([
    ['NULs in front of it', '\0\0<xml><A>1</A></xml>'],
    ['all sorts in front of it', '\uFEFF \n\0<xml><A>1</A></xml>'],
    ['text behind it', '<xml><A>1</A></xml>junk'],
    ['a line behind it', '<xml><A>1</A></xml>\r\n-- sent by a gateway'],
    ['a control character behind a name', '<xml><A\u0010>1</A></xml>'],
    ['a control character in a name', '<xml><\u0010A>1</A\0></xml>'],
    ['an unquoted attribute', '<xml><A b=1 c="2">1</A></xml>'],
    ['a CDATA mark in small letters', '<xml><A><![cdata[1]]></A></xml>'],
    ['a CDATA mark in letters of any size', '<xml><A><![CdAtA[1]]></A></xml>'],
  ])('is read with %s', (_, text) => {
    expect(parseXml(text)).toEqual({ ok: true, value: { A: '1' } })
  })

  test.each([
    'a < b',
    'a<b',
    '<',
    '< b',
    'i<3',
    'if (a<b && c<d)',
    'a<=b',
    '1<<2',
    'x <- y',
    '<>',
    '<3>',
  ])('may hold brackets that begin nothing: %s', (text) => {
    expect(read(text)).toBe(text)
  })

  test('whose text has a DOCTYPE is no document with one, whatever stands in front of it', () => {
    expect(parseXml('\0<xml><A><![CDATA[<!DOCTYPE a>]]></A></xml>')).toMatchObject({ ok: true })
    expect(parseXml('\0<!DOCTYPE a><xml><A>1</A></xml>')).toEqual({ ok: false, reason: 'doctype' })
  })

  test('that is careless and longer than any of WeCom’s is left unread; a right one is not', () => {
    const long = 'a'.repeat(longestMended)
    expect(parseXml(message(`${long}\u0010`))).toEqual({ ok: false, reason: 'not_xml' })
    expect(parseXml(message(long))).toMatchObject({ ok: true })
    expect(read(`${'a'.repeat(100_000)}\u0010`)).toHaveLength(100_001)
  })

  test.each([
    ['elements that don’t match', '<xml><A>\u0010</B></xml>'],
    ['an end in another case', '<xml><A>\u0010</a></xml>'],
    ['elements that cross', '<xml><A><B>\u0010</A></B></xml>'],
    ['a root that is not closed', '<xml><A>\u0010</A>'],
    ['two roots', '<xml><A>\u0010</A></xml><xml><A>1</A></xml>'],
    ['a second root that closes itself', '<xml><A>\u0010</A></xml><xml/>'],
    ['an element behind its root', '<xml><A>\u0010</A></xml><B>'],
    ['text with a bracket behind its root', '<xml><A>\u0010</A></xml>a > b'],
    ['a CDATA behind its root', '<xml><A>\u0010</A></xml><![CDATA[x]]>'],
    ['text before its root', 'x<xml><A>\u0010</A></xml>'],
    ['an unclosed CDATA', '<xml><A><![CDATA[\u0010</A></xml>'],
    ['an unclosed comment', '<xml><A>\u0010</A><!-- </xml>'],
    ['an end without a name', '<xml><>\u0010</></xml>'],
    ['what may be a tag or not', '<xml><A>\u0010 a<b>c</A></xml>'],
    ['a tag that never ends', '<xml><A \u0010'],
    ['a quote that hides a tag', '<xml><A b="><![CDATA["><C>\u0010</C>]]></A></xml>'],
    ['a DOCTYPE inside of its root', '<xml><!DOCTYPE a [<!ENTITY b "c">]><A>&b;\u0010</A></xml>'],
    ['a DOCTYPE behind its root', '<xml><A>\u0010</A></xml><!DOCTYPE xml>'],
    [
      'a DOCTYPE between comments that look like CDATA',
      '<xml><!-- <![CDATA[ --><!DOCTYPE a [<!ENTITY b "c">]><A>&b;\u0010</A><!-- ]]> --></xml>',
    ],
  ])('with a forbidden character and %s is refused', (_, text) => {
    expect(parseXml(text)).toEqual({ ok: false, reason: 'not_xml' })
  })

  test('with a DOCTYPE before its root is refused as that', () => {
    const text = '<!DOCTYPE a [<!ENTITY b "c">]><xml><A>&b;\u0010</A></xml>'
    expect(parseXml(text)).toEqual({ ok: false, reason: 'doctype' })
  })

  test('is held to the same depth', () => {
    const nested = (depth: number) =>
      `<xml>${'<A>'.repeat(depth)}\u0010${'</A>'.repeat(depth)}</xml>`
    expect(parseXml(nested(32)).ok).toBe(true)
    expect(parseXml(nested(33))).toEqual({ ok: false, reason: 'too_deep' })
    expect(parseXml(nested(300_000))).toEqual({ ok: false, reason: 'not_xml' })
  })
})

/** What the second reader makes of a document that the first one reads as well. */
const lenient = (text: string): unknown => {
  const mark = '\uF8FF'
  const plain = (value: unknown): unknown => {
    if (typeof value === 'string') return withoutMarks(value, mark)
    if (Array.isArray(value)) return value.map(plain)
    const entries = Object.entries(value as object).filter(([name]) => name !== '#text')
    if (entries.length === 0) return plain(Object.values(value as object)[0] ?? '')
    return Object.fromEntries(entries.map(([name, inner]) => [name, plain(inner)]))
  }
  return plain(parseCarelessXml(text, mark))
}

const strict = (text: string): unknown => {
  const result = parseXml(text)
  return result.ok ? result.value : result.reason
}

describe('both readers and a third one', () => {
  const samples = [...commandSamples, ...systemSamples, ...dataSamples].map(({ xml }) => xml)

  test.each(samples.map((xml) => [xml]))('make the same of %s', async (xml) => {
    expect(lenient(xml)).toEqual(strict(xml))
    const { xml: third } = await parseStringPromise(xml, { explicitArray: false })
    expect(JSON.parse(JSON.stringify(strict(xml)))).toEqual(JSON.parse(JSON.stringify(third)))
  })

  const word = fc.stringMatching(/^[ \n\u3000\uFEFFa&;#x1<>\][你-]{0,12}$/)
  const inCdata = word
    .filter((text) => !text.includes(']]>'))
    .map((text) => ({ text, xml: `<![CDATA[${text}]]>` }))
  const bare = word.map((text) => ({
    text: text.replace(/^[ \n]+|[ \n]+$/g, ''),
    xml: text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
  }))
  const layout = fc.constantFrom('', ' ', '\n', '\r\n\t')
  const document = fc
    .array(fc.record({ leaf: fc.oneof(inCdata, bare), around: layout }), { minLength: 1 })
    .map((leaves) => ({
      texts: leaves.map(({ leaf }) => leaf.text),
      xml: `<xml>${leaves.map(({ leaf, around }) => `${around}<A>${around}${leaf.xml}${around}</A>`).join('')}</xml>`,
    }))

  test('read back what was written, whatever it was', () => {
    fc.assert(
      fc.property(document, ({ texts, xml }) => {
        const expected = { A: texts.length === 1 ? texts[0] : texts }
        expect(strict(xml)).toEqual(expected)
        expect(lenient(xml)).toEqual(expected)
      }),
    )
  })

  test('read it back with forbidden characters too', () => {
    const dirty = fc.string({
      unit: fc.constantFrom(...forbidden, ' ', '\n', 'a', '&', '<', ']', '>'),
    })
    fc.assert(
      fc.property(
        dirty.filter((text) => !/\]\]>\s*</.test(text)),
        (text) => {
          expect(read(`<![CDATA[${text}]]>`)).toBe(text)
        },
      ),
    )
  })
})

describe('a large document', () => {
  const length = longestMended
  const pieces = [
    '&',
    '<',
    '>',
    ']]>',
    '<![CDATA[',
    '<![CDATA[x]]>',
    ']]> <',
    '<!--',
    '<?',
    '<a ',
    '<a b="',
    '<a>',
    '<a/>',
    '<a></a>',
    '&#',
    '&#x',
    '&#0',
    '&amp;',
    '&#60;',
    '\0',
    ' ',
    '\uE000',
    '![CDATA[',
    '<a\u0010',
    '<\u0010',
    '<a b=1 ',
    '<a\u0010\u0010b',
    '<b c',
  ]

  const millisecondsFor = (text: string): number => {
    const before = performance.now()
    expect(typeof parseXml(text).ok).toBe('boolean')
    return performance.now() - before
  }

  test.each(pieces)(
    'of %j takes no longer than its length allows, wherever it stands',
    (piece) => {
      const body = (long: number) => piece.repeat(Math.floor(long / piece.length))
      const shapes = (long: number) => [
        `<xml><A>${body(long)}</A>\u0010</xml>`,
        `<xml><A><![CDATA[${body(long)}\u0010]]></A></xml>`,
        `<xml><A>\u0010</A></xml>${body(long)}`,
        body(long),
      ]
      // Four times the length: sixteen times the work if it were quadratic.
      const isLinear = (whole: string, quarter: string) =>
        millisecondsFor(whole) < 8 * millisecondsFor(quarter) + 20
      const quarters = shapes(length / 4)
      for (const [shape, whole] of shapes(length).entries()) {
        // A busy machine may hold up one try, but not each of them.
        const tries = Array.from({ length: 5 }, () => () => isLinear(whole, quarters[shape] ?? ''))
        expect([shape, tries.some((tryOnce) => tryOnce())]).toEqual([shape, true])
      }
    },
    60_000,
  )
})
