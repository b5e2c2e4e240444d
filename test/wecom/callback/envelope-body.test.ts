import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { ciphertextOf, pushBody } from '../../../src/wecom/callback/envelope'
import { callbackVectors } from './vectors'

const ciphertext = 'P9nAzCzy/qYX3Zpb4yKa9S+Kld1DsH3Iyt3tP3zNdtp4RPcs8TgAE7Oaqg=='
const body = pushBody(ciphertext, 'wwsuite0123456789')

describe('the ciphertext of an XML body', () => {
  test('is found in a push, whoever it names', () => {
    const harmless = fc.string({ unit: 'binary' }).filter((text) => !/[<>]/.test(text))
    fc.assert(
      fc.property(harmless, harmless, (toUserName, agentId) => {
        expect(ciphertextOf(pushBody(ciphertext, toUserName, agentId))).toBe(ciphertext)
      }),
    )
  })

  test('is found in every published example', () => {
    for (const { ciphertext: own, receiveId } of callbackVectors) {
      expect(ciphertextOf(pushBody(own, receiveId))).toBe(own)
    }
  })

  test.each([
    ['without CDATA', `<xml><Encrypt>${ciphertext}</Encrypt></xml>`],
    ['with blanks in the element', `<xml><Encrypt> \n${ciphertext}\t</Encrypt></xml>`],
    [
      'with blanks around and inside of the CDATA',
      `<xml><Encrypt> <![CDATA[ ${ciphertext}\n]]> </Encrypt></xml>`,
    ],
    ['with blanks around the body', `\r\n  ${body}\n`],
    ['with a byte order mark', `\uFEFF${body}`],
    ['with an XML declaration', `<?xml version="1.0" encoding="UTF-8"?>\n${body}`],
    ['with both', `\uFEFF<?xml version="1.0"?>${body}`],
    ['under another root', `<msg><Encrypt>${ciphertext}</Encrypt></msg>`],
    [
      'after other elements, on lines of their own',
      body.replaceAll('><', '>\n<').replaceAll('>\n<!', '><!'),
    ],
  ])('is found %s', (_, text) => {
    expect(ciphertextOf(text)).toBe(ciphertext)
  })

  test.each([
    ['an empty body', ''],
    ['blanks', ' \n'],
    ['a body without Encrypt', '<xml><ToUserName>ww1</ToUserName></xml>'],
    ['an empty Encrypt', '<xml><Encrypt></Encrypt></xml>'],
    ['an Encrypt of an empty CDATA', '<xml><Encrypt><![CDATA[ ]]></Encrypt></xml>'],
    ['a self-closed Encrypt', '<xml><Encrypt/></xml>'],
    ['an Encrypt that is no base64', '<xml><Encrypt><![CDATA[你好]]></Encrypt></xml>'],
    ['an element of another case', `<xml><encrypt>${ciphertext}</encrypt></xml>`],
    ['no root', `<ToUserName>ww1</ToUserName><Encrypt>${ciphertext}</Encrypt>`],
    ['a text after the root', `${body}!`],
    ['a text before the root', `!${body}`],
    ['an unclosed CDATA', `<xml><Encrypt><![CDATA[${ciphertext}</Encrypt></xml>`],
    ['a form', `Encrypt=${encodeURIComponent(ciphertext)}`],
    ['an HTML page', '<!doctype html><html lang="en"><body>502 Bad Gateway</body></html>'],
    ['an HTML page in old style', '<html><body><h1>It works!</h1></body></html>'],
  ])('is not found in %s', (_, text) => {
    expect(ciphertextOf(text)).toBeNull()
  })

  test('is not found in a body that was cut off anywhere', () => {
    for (let length = 0; length < body.length; length++) {
      expect(ciphertextOf(body.slice(0, length))).toBeNull()
    }
  })
})

describe('the ciphertext of a JSON body', () => {
  test.each(['encrypt', 'Encrypt', 'ENCRYPT'])('is found as %s', (name) => {
    const text = JSON.stringify({ tousername: 'ww1', agentid: 218, [name]: ciphertext })
    expect(ciphertextOf(text)).toBe(ciphertext)
  })

  test.each([
    ['with blanks and a byte order mark', `\uFEFF \n{ "encrypt" : "${ciphertext}" }\n`],
    ['with blanks in the text', JSON.stringify({ encrypt: ` ${ciphertext}\n` })],
    [
      'among others',
      `{"ToUserName":"encrypt","x":{"a":[1,"}"]},"encrypt":"${ciphertext}","AgentID":""}`,
    ],
    ['with escaped pluses', `{"encrypt":"${ciphertext.replaceAll('+', '\\u002B')}"}`],
    ['with escaped slashes', `{"encrypt":"${ciphertext.replaceAll('/', '\\/')}"}`],
  ])('is found %s', (_, text) => {
    expect(ciphertextOf(text)).toBe(ciphertext)
  })

  test.each([
    ['without the member', '{"tousername":"ww1"}'],
    ['of an empty one', '{"encrypt":" "}'],
    ['of a number', '{"encrypt":1}'],
    ['of null', '{"encrypt":null}'],
    ['that only quotes one', JSON.stringify({ a: `"encrypt":"${ciphertext}"` })],
    ['of a broken escape', '{"encrypt":"\\u00"}'],
    ['that is cut off', `{"encrypt":"${ciphertext}"`],
    ['that is a list', `[{"encrypt":"${ciphertext}"}]`],
    ['that is a text', JSON.stringify(ciphertext)],
  ])('is not found in one %s', (_, text) => {
    expect(ciphertextOf(text)).toBeNull()
  })
})

describe('looking for a ciphertext', () => {
  test('never throws, whatever the body', () => {
    const pieces = ['<xml>', '</xml>', '<Encrypt>', '</Encrypt>', '<![CDATA[', ']]>', '{', '}', '"']
    const shaped = fc
      .array(fc.oneof(fc.constantFrom(...pieces), fc.string()))
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), shaped), (text) => {
        const found = ciphertextOf(text)
        expect(found === null || found.trim() !== '').toBe(true)
      }),
    )
  })

  test('costs no more than a moment, whatever runs of blanks anybody sends', () => {
    const timeOf = (text: string) => {
      const startedAt = performance.now()
      ciphertextOf(text)
      return performance.now() - startedAt
    }
    const shapes = [
      (blanks: string) => `<xml><Encrypt>${blanks}!</Encrypt></xml>`,
      (blanks: string) => `<xml><Encrypt><![CDATA[${blanks}!</Encrypt></xml>`,
      (blanks: string) => `<xml><Encrypt>${blanks}<![CDATA[${blanks}]]>${blanks}!</xml>`,
      (blanks: string) => `<xml>${`</xml>${blanks.slice(0, 9)}`.repeat(blanks.length / 9)}!`,
      (blanks: string) => `${blanks}<?xml${blanks}?>${blanks}!`,
      (blanks: string) => `{"encrypt"${blanks}:${blanks}!}`,
      (blanks: string) => `{${'"encrypt":"'.repeat(blanks.length / 11)}${blanks}!}`,
      (blanks: string) => `{"encrypt":"${'\\\\'.repeat(blanks.length / 2)}!}`,
    ]
    // The short runs first: what multiplies fails with them instead of running for hours.
    for (const length of [3_000, 300_000]) {
      for (const shape of shapes) expect(timeOf(shape(' '.repeat(length)))).toBeLessThan(500)
    }
  })

  test('costs no more than a moment, however many members an object has', () => {
    const members = Array.from({ length: 100_000 }, (_, n) => `"k${n}":1`)
    const startedAt = performance.now()
    expect(ciphertextOf(`{${members.join(',')}}`)).toBeNull()
    expect(performance.now() - startedAt).toBeLessThan(100)
  })
})
