/** Texts that programs have stumbled over, beside texts of no intent at all. */
import fc from 'fast-check'

/** Names that every object of JavaScript has without being asked. */
export const inheritedNames = ['__proto__', 'constructor', 'prototype', 'toString', 'valueOf']

const pathTricks = [
  '.',
  '..',
  '../../etc/passwd',
  '..\\..\\events.sqlite',
  '..%2f..%2fevents.sqlite',
  '%2e%2e%2f',
  '%252e%252e%252f',
  '%c0%ae%c0%ae%c0%af',
  '%00',
  'wpCorpA%00.json',
  '\0',
  'wpCorpA\0',
  '/',
  '//',
  '\\',
  'C:\\suites',
  'file:///etc/passwd',
  'CON',
  '~',
]

const brokenEscapes = [
  '%',
  '%z',
  '%zz',
  '%e4',
  '%ed%a0%80',
  '%f8%80%80%80%80',
  '%u0041',
  '+',
  '&',
  '=',
]

const hugeNumbers = [
  '0',
  '-0',
  '-1',
  '1e309',
  'NaN',
  'Infinity',
  '0x10',
  '9007199254740993',
  '18446744073709551616',
  '9'.repeat(400),
  '1'.padEnd(12, '0'),
]

const injections = [
  "' OR 1=1 --",
  '"; DROP TABLE events; --',
  '<script>alert(1)</script>',
  '$CORPID$',
  '\r\nX-Injected: 1',
  ']]>',
  '<!--',
  '&lt;&amp;&#0;&#xD800;',
]

const strangeScripts = [
  '\u202e',
  '\ufeff',
  '\u2028',
  '\ud800',
  '\udfff',
  '\ufffd',
  '企业微信',
  'ａ',
  'İ',
  '👩‍👩‍👧',
]

const traps = [
  '',
  ' ',
  'x'.repeat(5000),
  ...inheritedNames,
  ...pathTricks,
  ...brokenEscapes,
  ...hugeNumbers,
  ...injections,
  ...strangeScripts,
]

/** UTF-16 units of any kind, halves of pairs among them. */
const anyUnits = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 })
  .map((units) => String.fromCharCode(...units))

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...traps) },
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ maxLength: 60 }),
  anyUnits,
)

/** What stands for a name in a path when somebody hopes to get elsewhere by it. */
export const hostileName: fc.Arbitrary<string> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...pathTricks, ...brokenEscapes, ...inheritedNames) },
  hostileText,
)

/** Mostly one of these, else a hostile text. */
export const mostly = (...usual: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...usual) }, hostileText)

/** JSON as programs misuse it: inherited names as keys, numbers out of every range. */
export const hostileJson: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    hostileText,
    fc.constantFrom(null, true, false, 0, -1, 1e308, -0, 2 ** 53 + 1, 0.1),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(hostileText, tie('value')), { maxLength: 4 })
      .map((members) => Object.fromEntries(members)),
  ),
})).value

/** As deep as a body may make it. */
export const deepest = 100_000

/** Bodies of requests that no schema asks for. */
export const hostileBody: fc.Arbitrary<string | Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  hostileText,
  hostileJson.map((json) => JSON.stringify(json) ?? ''),
  fc.constantFrom(
    '['.repeat(deepest),
    '{"a":'.repeat(10_000),
    `{"__proto__":{"corpid":"wpCorpA"},"corpid":${'1'.repeat(4000)}}`,
    `${'<a>'.repeat(deepest)}${'</a>'.repeat(deepest)}`,
  ),
)
