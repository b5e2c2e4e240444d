/** What stands inside of a correctly sealed envelope when nobody sensible wrote it. */
import fc from 'fast-check'
import { catalogue } from '../../src/wecom/catalogue/catalogue'
import { deepest, hostileText, inheritedNames, mostly } from './hostile-text'

const wecomNames = [
  'SuiteId',
  'InfoType',
  'TimeStamp',
  'AuthCorpId',
  'AuthCode',
  'SuiteTicket',
  'ServiceCorpId',
  'ToUserName',
  'MsgType',
  'Event',
  'ChangeType',
  'CreateTime',
  'State',
]

const elementName = fc.constantFrom(...wecomNames, ...inheritedNames, 'xml', '_', 'a.b', 'é', '空')

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** As a document may write it: escaped, in CDATA, or with no care at all. */
const content = hostileText.chain((text) =>
  fc.constantFrom(escaped(text), `<![CDATA[${text}]]>`, `![CDATA[${text}]]`, text),
)

const element = fc.letrec<{ any: string; inner: string }>((tie) => ({
  inner: fc.oneof(
    { depthSize: 'small' },
    content,
    fc.array(tie('any'), { maxLength: 4 }).map((elements) => elements.join('')),
  ),
  any: fc
    .tuple(
      elementName,
      fc.constantFrom('', ' a="1"', ' __proto__="x"', ' a="1" a="2"'),
      tie('inner'),
    )
    .map(([name, attributes, inner]) => `<${name}${attributes}>${inner}</${name}>`),
})).any

const documents = fc
  .tuple(
    fc.constantFrom('xml', 'a', '__proto__', 'constructor'),
    fc.array(element, { maxLength: 8 }),
    fc.constantFrom('', '<?xml version="1.0"?>', '\uFEFF', '<!-- a -->', ' \n'),
  )
  .map(([root, elements, before]) => `${before}<${root}>${elements.join('')}</${root}>`)

const laughs = Array.from(
  { length: 9 },
  (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`,
).join('')

const bombs = fc.constantFrom(
  `<!DOCTYPE xml [<!ENTITY l0 "ha">${laughs}]><xml><InfoType>&l9;</InfoType></xml>`,
  '<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><InfoType>&a;</InfoType></xml>',
  '<?xml version="1.0"?><?x?><!DOCTYPE xml SYSTEM "http://127.0.0.1/x.dtd"><xml><a>1</a></xml>',
  `${'<a>'.repeat(deepest)}${'</a>'.repeat(deepest)}`,
  '<a>'.repeat(deepest),
  `<xml>${'<a/>'.repeat(50_000)}</xml>`,
  `<xml ${Array.from({ length: 10_000 }, (_, n) => `a${n}=""`).join(' ')}><a>1</a></xml>`,
  `<xml>${'<![CDATA['.repeat(50_000)}</xml>`,
  '<xml><InfoType>&#xD800;&#0;</InfoType></xml>',
)

const knownTypes = catalogue().map(({ type }) => type.replace(/^event\./, ''))

export interface Ids {
  readonly suiteId: string
  readonly providerCorpid: string
  readonly corpids: readonly string[]
}

/** Elements that are nearly what WeCom sends: the right ids and types among texts of any kind. */
const plausible = ({ suiteId, providerCorpid, corpids }: Ids): fc.Arbitrary<string> => {
  const corpid = mostly(...corpids)
  const type = mostly(...knownTypes)
  const time = mostly('0', '1763798400', '1795334400', '999999999999', '9'.repeat(30))
  const command = fc.record({
    SuiteId: mostly(suiteId),
    InfoType: type,
    TimeStamp: time,
    AuthCorpId: corpid,
    AuthCode: hostileText,
    SuiteTicket: hostileText,
    ChangeType: hostileText,
  })
  const system = fc.record({
    ServiceCorpId: mostly(providerCorpid),
    InfoType: type,
    TimeStamp: time,
    AuthCorpId: corpid,
    RegisterCode: hostileText,
  })
  const data = fc.record({
    ToUserName: corpid,
    MsgType: mostly('event', 'text'),
    Event: type,
    ChangeType: hostileText,
    CreateTime: time,
    Content: hostileText,
  })
  return fc
    .tuple(fc.oneof(command, system, data), fc.boolean(), fc.boolean())
    .map(([elements, twice, bare]) => {
      const written = Object.entries(elements).map(
        ([name, text]) => `<${name}>${bare ? text : escaped(text)}</${name}>`,
      )
      return `<xml>${written.join('')}${twice ? written.join('') : ''}</xml>`
    })
}

/** @param ids those that make a message one of ours */
export const hostileMessage = (ids: Ids): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 5, arbitrary: plausible(ids) },
    { weight: 3, arbitrary: documents },
    { weight: 1, arbitrary: bombs },
    { weight: 1, arbitrary: hostileText },
  )
