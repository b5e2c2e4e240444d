import { expect, test } from 'bun:test'
import { parseStringPromise } from 'xml2js'
import { buildMessage, catalogueTypes } from '../../src/simulator/catalogue/catalogue'
import { secretElements } from '../../src/wecom/catalogue/catalogue'
import { useWorkshop } from './workshop'

const workshop = useWorkshop()

type Tree = string | Tree[] | { [name: string]: Tree }

/** A leaf of a message: the path to it, and its text. */
type Leaf = readonly [path: string, text: string]

const leavesOf = (tree: Tree, path = ''): Leaf[] =>
  typeof tree === 'string'
    ? [[path, tree]]
    : Object.entries(tree).flatMap(([name, inner]) =>
        leavesOf(inner, path ? `${path}/${name}` : name),
      )

const isSecret = (path: string): boolean => {
  const names = path.split('/').filter((name) => !/^\d+$/.test(name))
  return secretElements.some((secret) => `.${names.join('.')}`.endsWith(`.${secret}`))
}

/** What the API should show of a message, by another parser than ours. */
const expectedOf = async (xml: string): Promise<Leaf[]> => {
  const { xml: root } = await parseStringPromise(xml, { explicitArray: false })
  return leavesOf(root).map(([path, text]) => [path, isSecret(path) ? '***' : text])
}

const readAs = (type: string) =>
  type
    .split('.')
    .slice(0, type.startsWith('event.') ? 2 : 1)
    .join('.')

/** What a member might have typed: blanks at both ends, a mark, characters that XML forbids. */
const typed = ' \u3000![CDATA[x]]&amp;\u0010\u001B\uFFFE\n'
const beside = (xml: string, element: string) => xml.replace(/<\/xml>$/, `${element}</xml>`)

const shapes: [string, (xml: string) => string][] = [
  ['as it is', (xml) => xml],
  ['laid out', (xml) => xml.replace(/><(?![/!])/g, '>\r\n\t<')],
  ['beside what XML forbids', (xml) => beside(xml, `<Typed><![CDATA[${typed}]]></Typed>`)],
]

test('each message of the protocol pages is shown leaf by leaf as another parser reads it', async () => {
  const wecom = workshop.wecom()
  const { provider } = wecom.simulator.world
  const suited = await workshop.serviceFor(wecom, await workshop.folder(), {
    WECOM_SYSTEM_TOKEN: provider.systemToken,
    WECOM_SYSTEM_ENCODING_AES_KEY: provider.systemEncodingAesKey,
  })
  wecom.pushTo(suited)
  provider.systemUrl = `${suited.url}/callback/system`
  await wecom.giveTicket(suited)
  const [corpid] = wecom.corpids
  await wecom.install(suited, corpid)

  let [messages, leaves, serial] = [0, 0, 10n ** 18n]
  for (const [shape, shaped] of shapes) {
    for (const type of catalogueTypes) {
      // A ticket is state and is never shown; a departure would erase what is to be compared.
      if (type === 'suite_ticket' || type === 'cancel_auth') continue
      serial += 1n
      const { channel, xml } = buildMessage(type, {
        suiteId: wecom.suiteId,
        corpid,
        providerCorpid: provider.corpid,
        agentid: 1000002,
        userid: 'woMember',
        timestamp: Math.floor(Date.now() / 1000),
        serial: String(serial),
      })!
      const message = shaped(beside(xml, `<Serial>${serial}</Serial>`))
      const pushed = await wecom.simulator.pusher.push(wecom.suiteId, message, {
        channel,
        corpid,
        type,
      })
      expect([type, shape, pushed.ok]).toEqual([type, shape, true])
      const [event] = (await suited.ask(`/api/events?type=${readAs(type)}&limit=1`)).items
      const expected = await expectedOf(message)
      expect([type, shape, leavesOf(event.payload)]).toEqual([type, shape, expected])
      messages += 1
      leaves += expected.length
    }
  }
  expect((await suited.ask('/api/events?type=unparsed')).items).toEqual([])
  expect(messages).toBe(shapes.length * (catalogueTypes.length - 2))
  expect(leaves).toBeGreaterThan(3_400)
}, 240_000)
