import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { parseXml, textOf, type XmlObject } from '../../../src/wecom/callback/xml'
import { commandSamples, dataSamples, systemSamples } from './sample-messages'

const parsed = (text: string): XmlObject => {
  const result = parseXml(text)
  if (!result.ok) throw new Error(`refused as ${result.reason}`)
  return result.value
}

/** What the text of one element is read as. */
const read = (inside: string) => parsed(`<xml><A>${inside}</A></xml>`).A

describe('a value', () => {
  test.each(['007', '1e5', '0x1F', '1.50', '-0', 'true', 'null', 'NaN', '7300000000000000001'])(
    'stays the text it is: %s',
    (text) => {
      expect(read(text)).toBe(text)
      expect(read(`<![CDATA[${text}]]>`)).toBe(text)
    },
  )

  test('is the same with and without CDATA', () => {
    expect(read('你好 🙂')).toBe('你好 🙂')
    expect(read('<![CDATA[你好 🙂]]>')).toBe('你好 🙂')
  })

  test.each([
    ['before a CDATA', ' <![CDATA[suite_ticket]]>'],
    ['around a CDATA', '\n <![CDATA[suite_ticket]]>\t'],
    ['around a bare text', '\r\n  suite_ticket '],
  ])('loses the blanks %s', (_, inside) => {
    expect(read(inside)).toBe('suite_ticket')
  })

  test('keeps the blanks between its words', () => {
    expect(read('<![CDATA[two  words\nand a line]]>')).toBe('two  words\nand a line')
  })

  test.each([
    ' two blanks  ',
    '\n\nlines\n',
    '\u3000全角',
    '\u00A0no-break\u00A0',
    '\uFEFFmark',
    '\t',
    '\u2003 \u200B',
    '![CDATA[x]]',
    ' ![CDATA[x]] ',
    '<![CDATA[x',
  ])('keeps every letter that stands in a CDATA, at its ends too: %j', (text) => {
    expect(read(`<![CDATA[${text}]]>`)).toBe(text)
    expect(read(`\n  <![CDATA[${text}]]>\t`)).toBe(text)
  })

  test.each(['\u3000', '\u00A0', '\uFEFF', '\u2028'])(
    'has no layout but blanks, tabs and line ends: %j stays where it stands bare',
    (blank) => {
      expect(read(` ${blank}a${blank}\n`)).toBe(`${blank}a${blank}`)
    },
  )

  test('keeps blanks that were written as references', () => {
    expect(read(' &#32;a&#x0a; ')).toBe(' a\n')
    expect(read('&#9;')).toBe('\t')
  })

  test('keeps the line ends of CDATA as they were written', () => {
    expect(read('<![CDATA[a\r\nb\rc]]>')).toBe('a\r\nb\rc')
    expect(read('<![CDATA[\r\n\u0010a\r]]>')).toBe('\r\n\u0010a\r')
  })

  test('keeps private-use characters, of which one marks what is to the letter meanwhile', () => {
    const text = ' \uE000\uE001\uE003 '
    expect(read(`<![CDATA[${text}]]>`)).toBe(text)
  })

  test.each(['![CDATA[wpUpper]]', ' ![CDATA[ wpUpper ]] '])(
    'is freed from a CDATA mark without its bracket: %j',
    (inside) => {
      expect(read(inside)).toBe('wpUpper')
    },
  )

  test('has its references resolved outside of CDATA', () => {
    expect(read('a &amp; b &lt;c&gt; &quot;d&quot; &apos;e&apos; &#65;&#x4F60;')).toBe(
      `a & b <c> "d" 'e' A你`,
    )
  })

  test('keeps what looks like a reference inside of CDATA', () => {
    expect(read('<![CDATA[a &amp; b &#65; <c>]]>')).toBe('a &amp; b &#65; <c>')
  })

  test('may be split into several CDATA sections', () => {
    expect(read('<![CDATA[a]]]]><![CDATA[>b]]>')).toBe('a]]>b')
  })

  test.each(['', '<![CDATA[]]>', ' ', '<!-- nothing -->'])('may be empty: %j', (inside) => {
    expect(read(inside)).toBe('')
  })

  test('is empty where the element closes itself', () => {
    expect(parsed('<xml><A/><B>1</B></xml>')).toEqual({ A: '', B: '1' })
  })

  test('of a member may speak of a DOCTYPE', () => {
    expect(read('<![CDATA[<!DOCTYPE html>]]>')).toBe('<!DOCTYPE html>')
  })
})

describe('an element', () => {
  test('with children is an object', () => {
    expect(parsed('<xml><A>\n <B>1</B>\n <C>2</C>\n</A></xml>')).toEqual({ A: { B: '1', C: '2' } })
  })

  test('that repeats is a list, in order', () => {
    expect(parsed('<xml><A>1</A><B>x</B><A/><A>3</A></xml>')).toEqual({
      A: ['1', '', '3'],
      B: 'x',
    })
  })

  test('that does not repeat is no list', () => {
    expect(parsed('<xml><List><Item>1</Item></List></xml>')).toEqual({ List: { Item: '1' } })
  })

  test('keeps the case of its name', () => {
    expect(parsed('<xml><AgentID>1</AgentID><AgentId>2</AgentId></xml>')).toEqual({
      AgentID: '1',
      AgentId: '2',
    })
  })

  test('keeps its text but not its attributes', () => {
    expect(parsed('<xml version="1"><A b="2">x</A></xml>')).toEqual({ A: 'x' })
  })

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'called %s is an element like any other',
    (name) => {
      const object = parsed(`<xml><${name}><polluted>1</polluted></${name}><A>1</A></xml>`)
      expect(Object.keys(object)).toEqual([name, 'A'])
      expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    },
  )

  test('that is absent has no text, even under a name that every object has', () => {
    const object = parsed('<xml><A>1</A></xml>')
    for (const name of ['B', '__proto__', 'constructor', 'toString']) {
      expect(textOf(object, name)).toBeNull()
    }
  })
})

describe('the text of an element', () => {
  const object = parsed('<xml><A>1</A><L>first</L><L>second</L><O><A>1</A></O><E/></xml>')

  test.each([
    ['A', '1'],
    ['L', 'first'],
    ['E', ''],
    ['O', null],
  ])('of %s is %j', (name, text) => {
    expect(textOf(object, name)).toBe(text)
  })
})

describe('a document', () => {
  test.each([
    ['a declaration', '<?xml version="1.0" encoding="UTF-8"?>\n<xml><A>1</A></xml>'],
    ['a byte order mark', '\uFEFF<xml><A>1</A></xml>'],
    ['a comment', '<!-- c --><xml><A>1</A></xml>'],
    ['blanks around it', '\n<xml><A>1</A></xml>\n'],
    ['another root', '<message><A>1</A></message>'],
  ])('may have %s', (_, text) => {
    expect(parsed(text)).toEqual({ A: '1' })
  })

  test.each([
    ['before its root', '<!DOCTYPE xml><xml><A>1</A></xml>'],
    ['in small letters', '<!doctype xml><xml><A>1</A></xml>'],
    ['with an entity', '<!DOCTYPE xml [<!ENTITY a "b">]><xml><A>&a;</A></xml>'],
    ['after a declaration', '<?xml version="1.0"?>\n<!DOCTYPE xml><xml><A>1</A></xml>'],
    ['after a byte order mark', '\uFEFF<!DOCTYPE xml><xml><A>1</A></xml>'],
    [
      'between comments that look like CDATA',
      '<!-- <![CDATA[ --><!DOCTYPE xml [<!ENTITY a "b">]><xml><A>&a;</A><!-- ]]> --></xml>',
    ],
    ['after a comment that looks like a root', '<!-- <xml> --><!DOCTYPE xml><xml><A>1</A></xml>'],
  ])('with a DOCTYPE %s is refused', (_, text) => {
    expect(parseXml(text)).toEqual({ ok: false, reason: 'doctype' })
  })

  test.each([
    ['nothing', ''],
    ['blanks', '  '],
    ['a text', 'success'],
    ['JSON', '{"SuiteId":"ww1"}'],
    ['a root that is not closed', '<xml><A>1</A>'],
    ['a root that is opened where it should close', '<xml><A>1</A><xml>'],
    ['elements that cross', '<xml><A><B>1</A></B></xml>'],
    ['an end in another case', '<xml><A>1</a></xml>'],
    ['two roots', '<xml><A>1</A></xml><xml/>'],
    ['a text with a bracket after the root', '<xml><A>1</A></xml>!>'],
    ['an unclosed CDATA', '<xml><A><![CDATA[1</A></xml>'],
    ['a DOCTYPE inside of its root', '<xml><!DOCTYPE xml><A>1</A></xml>'],
    ['a DOCTYPE after its root', '<xml><A>1</A></xml><!DOCTYPE xml>'],
    ['a tag without a name', '<xml><></></xml>'],
  ])('that is %s, or has it, is refused', (_, text) => {
    expect(parseXml(text)).toEqual({ ok: false, reason: 'not_xml' })
  })

  test.each(['<xml/>', '<xml></xml>', '<xml>text</xml>', '<xml><![CDATA[<A>1</A>]]></xml>'])(
    'without elements is refused: %s',
    (text) => {
      expect(parseXml(text)).toEqual({ ok: false, reason: 'not_an_element_list' })
    },
  )

  const nested = (depth: number) => `<xml>${'<A>'.repeat(depth)}${'</A>'.repeat(depth)}</xml>`

  test('may be nested 32 deep', () => {
    expect(parseXml(nested(32)).ok).toBe(true)
  })

  test.each([33, 1_000])('nested %d deep is refused', (depth) => {
    expect(parseXml(nested(depth))).toEqual({ ok: false, reason: 'too_deep' })
  })

  test('nested deeper than the parser can follow is refused', () => {
    expect(parseXml(nested(200_000)).ok).toBe(false)
  })
})

describe('parsing', () => {
  test.each([...commandSamples, ...systemSamples, ...dataSamples].map(({ xml }) => [xml]))(
    'reads every sample message: %s',
    (xml) => {
      const names = [...xml.matchAll(/<([A-Z]\w*)>/g)].map(([, name]) => name)
      const serialised = JSON.stringify(parsed(xml))
      for (const name of names) expect(serialised).toContain(`"${name}":`)
    },
  )

  test('reads back every text that was put into a CDATA', () => {
    const chars = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes(']]>'))
    fc.assert(
      fc.property(chars, (text) => {
        expect(read(`<![CDATA[${text}]]>`)).toBe(text)
      }),
    )
  })

  test('never throws, whatever the text', () => {
    const pieces = [
      '<xml>',
      '</xml>',
      '<A',
      '<A>',
      '</A>',
      '/>',
      '<![CDATA[',
      ']]>',
      '&',
      ';',
      '<?',
    ]
    const shaped = fc
      .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary' })))
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), shaped), (text) => {
        expect(typeof parseXml(text).ok).toBe('boolean')
      }),
      { numRuns: 500 },
    )
  })
})
