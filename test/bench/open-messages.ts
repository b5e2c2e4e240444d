/**
 * A process of its own that opens messages, in turn with suited's code and with the packages.
 * Arguments: rounds, and seconds for each of both in each round. Prints an {@link Opened}.
 */
import * as official from '@wecom/crypto'
import { XMLParser } from 'fast-xml-parser'
import { systemClock } from '../../src/clock'
import { parseEncodingAesKey } from '../../src/wecom/callback/crypto'
import { ciphertextOf, openEnvelope } from '../../src/wecom/callback/envelope'
import { parseMessage } from '../../src/wecom/callback/message'
import { corpidOf, encodingAesKey, token } from './fixture'
import { contactMessage, sealMessage } from './messages'

/** Messages in a second of the processor's time, which no neighbour sways, by round. */
export interface Opened {
  readonly ours: readonly number[]
  readonly theirs: readonly number[]
}

const [rounds = 0, seconds = 0] = process.argv.slice(2).map(Number)
const nowSeconds = Math.floor(systemClock.now() / 1000)
const pushes = Array.from({ length: 2000 }, (_, serial) =>
  sealMessage(contactMessage(serial, corpidOf(serial), nowSeconds), nowSeconds),
)
type Push = (typeof pushes)[number]

const pairs = [{ token, aesKey: parseEncodingAesKey(encodingAesKey)! }]
const freshness = { now: systemClock.now(), maxAgeSeconds: 86400 }

const ours = ({ body, query }: Push): string => {
  const opened = openEnvelope(pairs, query, ciphertextOf(body) ?? '', freshness)
  const message = opened.ok ? parseMessage(opened.value.message) : opened
  return message.ok ? message.value.type : ''
}

const parser = new XMLParser({ parseTagValue: false })

const theirs = ({ body, query }: Push): string => {
  const ciphertext = parser.parse(body).xml.Encrypt
  const { msgSignature, timestamp, nonce } = query
  if (official.getSignature(token, timestamp, nonce, ciphertext) !== msgSignature) return ''
  return parser.parse(official.decrypt(encodingAesKey, ciphertext).message).xml.InfoType
}

const perSecond = (open: (push: Push) => string): number => {
  const began = process.cpuUsage()
  const usedSeconds = () => {
    const { user, system } = process.cpuUsage(began)
    return (user + system) / 1e6
  }
  let opened = 0
  do {
    for (const push of pushes) if (open(push) !== 'change_contact') throw new Error('not opened')
    opened += pushes.length
  } while (usedSeconds() < seconds)
  return opened / usedSeconds()
}

perSecond(ours)
perSecond(theirs)
const result = { ours: [] as number[], theirs: [] as number[] }
for (let round = 0; round < rounds; round++) {
  const turns = [
    () => result.ours.push(perSecond(ours)),
    () => result.theirs.push(perSecond(theirs)),
  ]
  for (const turn of round % 2 ? turns.reverse() : turns) turn()
}
process.stdout.write(JSON.stringify(result satisfies Opened))
