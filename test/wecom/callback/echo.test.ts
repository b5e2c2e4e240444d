import { describe, expect, test } from 'bun:test'
import { whyNoEcho } from '../../../src/wecom/callback/echo'
import { commandSamples, dataSamples, systemSamples } from './sample-messages'

describe('an echo', () => {
  test.each(['1616140317555161061', '94966531020182955848408', 'hello', 'é文<&>"+ /=%2B', ''])(
    'may be %j',
    (plain) => {
      expect(whyNoEcho(plain)).toBeNull()
    },
  )

  test('may have 128 characters and no more', () => {
    expect(whyNoEcho('7'.repeat(128))).toBeNull()
    expect(whyNoEcho('7'.repeat(129))).toBe('too_long')
  })

  test.each([...commandSamples, ...systemSamples, ...dataSamples].map(({ xml }) => [xml]))(
    'is no message: %s',
    (xml) => {
      expect(whyNoEcho(xml)).toBe('message')
    },
  )

  test.each(['\uFEFF<xml/>', ' \n<a', '{"a":1}', '\t{', '\u3000<xml>', '[{"a":1}]', '<'])(
    'does not begin as a message does: %j',
    (plain) => {
      expect(whyNoEcho(plain)).toBe('message')
    },
  )

  test.each(['1\n2', '1\r', '\0<xml/>', 'a\u001Bb', 'a\u009Bb', 'a\u2028b'])(
    'is one line of letters that can be shown: %j',
    (plain) => {
      expect(whyNoEcho(plain)).toBe('control_character')
    },
  )
})
