/**
 * Callbacks whose envelope is right and whose inside is nonsense, and ones that were right until
 * somebody changed a byte or sent them again.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createCipheriv } from 'node:crypto'
import fc from 'fast-check'
import { dayMs, minuteMs } from '../../src/clock'
import { callbackSignature, parseEncodingAesKey } from '../../src/wecom/callback/crypto'
import { pushBody } from '../../src/wecom/callback/envelope'
import { command, nowSeconds, seal } from '../http/wecom/sealed-callback'
import type { Scene } from '../scene'
import { answerTo, expectContract, secretsOf } from './contract-answer'
import { createFileScene, type FileScene } from './file-scene'
import { hostileMessage } from './hostile-message'
import { hostileText, mostly } from './hostile-text'
import { patienceMs, runs } from './runs'

let files: FileScene
let scene: Scene
let corpid: string

beforeAll(async () => {
  files = await createFileScene()
  scene = files.scene
  corpid = await scene.installed()
})
afterAll(() => files.remove())

/**
 * Everything that is remembered of callbacks: a change of it is what only a signature may bring.
 */
const kept = async (): Promise<string> => {
  const suite = await scene.store.loadSuite(scene.suiteId)
  return JSON.stringify([files.stored(), suite?.ticket])
}

const post = async (address: string, body: string | Uint8Array) => {
  const answer = await answerTo(scene, address, { method: 'POST', body: body as string })
  return { code: expectContract(answer, secretsOf(scene)), text: answer.text }
}

const paths = () =>
  fc.oneof(
    fc.constantFrom(
      '/callback/command',
      '/callback/data',
      '/callback/data/$CORPID$',
      `/callback/data/${corpid}`,
      '/callback/system',
      '/orderUrl',
      `/suites/${scene.suiteId}/callback/command`,
      `/suites/default/corps/${corpid}/callback`,
    ),
    hostileText.map((text) => `/callback/data/${encodeURIComponent(text.toWellFormed())}`),
  )

const ids = () => ({
  suiteId: scene.suiteId,
  providerCorpid: scene.simulator.world.provider.corpid,
  corpids: scene.corpids.slice(0, 3),
})

describe('a message that is sealed and signed correctly', () => {
  const parts = () =>
    fc.record({
      path: paths(),
      message: hostileMessage(ids()),
      receiveId: mostly(scene.suiteId, ids().providerCorpid, ...ids().corpids),
      // A blank would go as a plus, which in a query of WeCom's means a plus.
      nonce: hostileText.map(
        (nonce) => nonce.toWellFormed().replaceAll(' ', '_').slice(0, 64).toWellFormed() || '1',
      ),
    })

  test(
    'is answered as the contract says, kept if and only if it was taken, and can be shown',
    async () => {
      await fc.assert(
        fc.asyncProperty(parts(), async (change) => {
          const before = await kept()
          const { address, body } = seal(scene, change)
          const { code, text } = await post(address, body)
          if (code !== null) {
            const refusals = ['wrong_receiver', 'stale_timestamp', 'invalid_request', 'not_found']
            // A nonce that is longer than any of WeCom's is refused before its signature is
            // computed.
            if (change.nonce.length > 64) refusals.push('bad_signature')
            expect(refusals).toContain(code)
            expect(await kept()).toBe(before)
            return
          }
          expect(['success', '']).toContain(text)
          const list = await scene.ask('/api/events?limit=1')
          expect(list.items).toHaveLength(1)
          const one = await scene.ask(`/api/events/${list.items[0].id}`)
          expect(one).toMatchObject({ id: list.items[0].id })
        }),
        runs(80),
      )
      // Work on it may come to nothing, but not because of a mistake.
      expect(scene.logs.filter(({ message }) => message.includes('unexpectedly'))).toEqual([])
    },
    patienceMs,
  )

  test(
    'is answered likewise where it is a URL check',
    async () => {
      await fc.assert(
        fc.asyncProperty(parts(), async ({ message, ...change }) => {
          const echo = message.slice(0, 500)
          const { address, ciphertext } = seal(scene, { ...change, message: echo })
          const before = await kept()
          const path = `${address}&echostr=${encodeURIComponent(ciphertext)}`
          const answer = await answerTo(scene, path)
          const code = expectContract(answer, secretsOf(scene))
          if (code === null) expect(answer.text).toBe(echo.toWellFormed())
          expect(await kept()).toBe(before)
        }),
        runs(30),
      )
    },
    patienceMs,
  )
})

/** The ciphertext of any bytes at all: no padding, wrong padding, lengths that lie. */
const encryptBytes = (plain: Uint8Array): string => {
  const { encodingAesKey } = scene.simulator.world.suites.get(scene.suiteId)!
  const key = parseEncodingAesKey(encodingAesKey)!
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64')
}

const signedAddress = (ciphertext: string, nonce = '1'): string => {
  const { token } = scene.simulator.world.suites.get(scene.suiteId)!
  const timestamp = String(nowSeconds(scene))
  const signature = callbackSignature(token, timestamp, nonce, ciphertext)
  return `/callback/command?msg_signature=${signature}&timestamp=${timestamp}&nonce=${nonce}`
}

describe('a ciphertext that is signed correctly', () => {
  /**
   * Whole blocks of 32: random bytes, a length that may lie, a message that may be no UTF-8,
   * padding.
   */
  const plains = fc
    .tuple(
      fc.uint8Array({ maxLength: 300 }),
      fc.oneof(fc.nat({ max: 300 }), fc.constantFrom(2 ** 31, 2 ** 32 - 1, 2 ** 31 - 1)),
      fc.oneof(fc.constant(null), fc.nat({ max: 255 })),
    )
    .map(([bytes, length, wrongPadding]) => {
      const head = Buffer.alloc(20)
      head.writeUInt32BE(length, 16)
      const missing = 32 - ((head.length + bytes.length) % 32)
      return Buffer.concat([head, bytes, Buffer.alloc(missing, wrongPadding ?? missing)])
    })

  test(
    'and holds anything at all is never an error of ours',
    async () => {
      await fc.assert(
        fc.asyncProperty(plains, async (plain) => {
          const before = await kept()
          const ciphertext = encryptBytes(plain)
          const { code } = await post(signedAddress(ciphertext), pushBody(ciphertext, 'x'))
          if (code === null) return
          expect(['undecryptable', 'wrong_receiver']).toContain(code)
          expect(await kept()).toBe(before)
        }),
        runs(50),
      )
    },
    patienceMs,
  )

  test(
    'but is no ciphertext is refused as one that does not decrypt, or as no body of WeCom’s',
    async () => {
      await fc.assert(
        fc.asyncProperty(hostileText, fc.boolean(), async (text, json) => {
          const before = await kept()
          const body = json ? JSON.stringify({ encrypt: text }) : pushBody(text, 'x')
          const { code } = await post(signedAddress(text.trim().toWellFormed()), body)
          expect(['undecryptable', 'malformed_xml', 'bad_signature']).toContain(String(code))
          expect(await kept()).toBe(before)
        }),
        runs(30),
      )
    },
    patienceMs,
  )
})

describe('a correctly signed callback', () => {
  /** One character changed somewhere in the query or the body. */
  const changes = fc.record({
    where: fc.constantFrom('query', 'body'),
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    to: fc.constantFrom('A', '0', '%', '<', '&', '=', '\0', 'é', ' '),
  })

  test(
    'of which one character was changed is kept only if that made no difference',
    async () => {
      await fc.assert(
        fc.asyncProperty(changes, async ({ where, at, to }) => {
          const message = command(scene, { Seq: String(at) })
          const { address, body, ciphertext } = seal(scene, { message })
          const put = (text: string, from: number) => {
            const place = from + Math.floor(at * (text.length - from))
            return `${text.slice(0, place)}${to}${text.slice(place + 1)}`
          }
          const altered =
            where === 'body'
              ? { address, body: put(body, 0) }
              : { address: put(address, address.indexOf('?') + 1), body }
          const untouched = altered.address === address && altered.body.includes(`[${ciphertext}]`)
          const before = await kept()
          const { code } = await post(altered.address, altered.body)
          if (code === null) expect(untouched).toBe(true)
          else expect(await kept()).toBe(before)
        }),
        runs(50),
      )
    },
    patienceMs,
  )

  test(
    'that is sent again within the window is answered again and kept once; beyond it, refused',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.uuid(),
          fc.array(fc.nat({ max: dayMs }), { maxLength: 2 }),
          async (Seq, waits) => {
            const { address, body } = seal(scene, { message: command(scene, { Seq }) })
            const signedAt = nowSeconds(scene)
            expect((await post(address, body)).code).toBeNull()
            const before = await kept()
            for (const wait of waits) {
              await scene.clock.leap(wait)
              const { code } = await post(address, body)
              const old = Math.round(scene.clock.now() / 1000) - signedAt > dayMs / 1000
              expect(code).toBe(old ? 'stale_timestamp' : null)
              expect(await kept()).toBe(before)
            }
          },
        ),
        { ...runs(3), examples: [['0', [0, dayMs - minuteMs, 2 * minuteMs]]] },
      )
    },
    patienceMs,
  )
})
