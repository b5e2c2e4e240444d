/** Answers to an exchange that no strict reader takes, each with the code and the company in it. */

export interface OddExchange {
  readonly name: string
  /** The answer in place of the true one. */
  readonly answer: (code: string, corpid: string) => Response
}

type Bytes = string | Uint8Array

const response = (body: Bytes, headers: Record<string, string> = {}, status = 200): Response =>
  new Response(typeof body === 'string' ? body : new Uint8Array(body), {
    status,
    headers: { 'content-type': 'application/json; charset=UTF-8', ...headers },
  })

/** An answer in which the company has this name, as raw JSON without its quotes. */
const named = (raw: string) => (code: string, corpid: string) =>
  `{"errcode":0,"errmsg":"ok","permanent_code":"${code}","auth_corp_info":{"corpid":"${corpid}","corp_name":"${raw}"}}`

const plain = named('A')

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0))

const withName = (name: string, raw: string): OddExchange => ({
  name,
  answer: (code, corpid) => response(named(raw)(code, corpid)),
})

const withBytes = (name: string, raw: string): OddExchange => ({
  name,
  answer: (code, corpid) => response(latin1(named(raw)(code, corpid))),
})

const changed = (name: string, change: (text: string) => Bytes): OddExchange => ({
  name,
  answer: (code, corpid) => response(change(plain(code, corpid))),
})

/** Members in place of, or beside, those that WeCom documents. */
const members = (
  name: string,
  more: Readonly<Record<string, unknown>>,
  company: Readonly<Record<string, unknown>> = {},
): OddExchange => ({
  name,
  answer: (permanent_code, corpid) =>
    response(
      JSON.stringify({
        errcode: 0,
        permanent_code,
        auth_corp_info: { corpid, corp_name: 'A', ...company },
        ...more,
      }),
    ),
})

const compressed = (encoding: string, compress: (text: string) => Uint8Array): OddExchange => ({
  name: `compressed: ${encoding}`,
  answer: (code, corpid) =>
    response(compress(plain(code, corpid)), { 'content-encoding': encoding }),
})

/** The first two bytes of a character of three. */
const halfCharacter = '\xe4\xbc'

export const oddExchanges: readonly OddExchange[] = [
  ...Array.from({ length: 32 }, (_, code) =>
    withName(`a raw U+00${code.toString(16).padStart(2, '0')}`, `A${String.fromCharCode(code)}B`),
  ),
  withName('a raw U+007F', 'A\x7fB'),
  withName('a raw U+0085 and U+2028', 'A\x85\u2028B'),
  withName('a zero character, escaped', 'A\\u0000B'),
  withName('half of a surrogate pair', 'A\\ud800B'),
  withName('the other half', 'A\\udfff'),
  withName('an escape that there is not', 'C:\\x\\q'),
  withName('a cut escape', 'A\\u12'),
  withName('a backslash before a raw line end', 'A\\\nB'),
  withName('quotes that nobody escaped', 'the "A" company'),
  withName('a quote at the end', 'A"'),
  withName('what looks like members', '\\",\\"permanent_code\\":\\"E\\",\\"x\\":\\"'),
  withName('900 KB', '企'.repeat(300_000)),
  withName('a mark of the byte order', '\uFEFFA'),
  withBytes('half a character at its end', `A${halfCharacter}`),
  withBytes('half a character in it', `A${halfCharacter}B`),
  withBytes('bytes of GBK', '\xc6\xf3\xd2\xb5'),
  withBytes('bytes of GBK that end as a backslash does', '\xd5\x5c'),
  withBytes('bytes that no encoding has', '\xff\xfe\xc0\x80'),
  changed('a mark of the byte order in front', (text) => `\uFEFF${text}`),
  changed('two of them', (text) => `\uFEFF\uFEFF${text}`),
  changed('zero bytes behind it', (text) => `${text}\0\0\0`),
  changed('zero bytes in front of it', (text) => `\0${text}`),
  changed('a page behind it', (text) => `${text}<html>`),
  changed('itself once more behind it', (text) => text + text),
  changed('control characters between its members', (text) => text.replaceAll(',', '\x01,\0')),
  changed('a comma too many', (text) => text.replaceAll('}', ',}')),
  changed('its last bracket missing', (text) => text.slice(0, -1)),
  changed('cut off in the name', (text) => text.slice(0, text.indexOf('"A"') + 2)),
  changed('cut off after the corpid', (text) => text.slice(0, text.indexOf(',"corp_name"'))),
  changed('a name in place of which nothing stands', (text) => text.replace('"A"', '')),
  changed('a member without quotes', (text) => text.replace('"ok"', 'ok')),
  changed('a quote too many', (text) => text.replace('"ok"', '"o"k":"')),
  changed('a comma missing behind the code', (text) => text.replace('","auth', '" "auth')),
  changed('semicolons for commas', (text) => text.replaceAll(',', ';')),
  changed('a remark in front', (text) => `<!-- via proxy -->\n${text}`),
  changed('a guard against scripts in front', (text) => `)]}'\n${text}`),
  changed('a call around it', (text) => `callback(${text})`),
  changed('its first bracket missing', (text) => text.slice(1)),
  changed('a list around it', (text) => `[${text}]`),
  changed('an object around it', (text) => `{"data":${text}}`),
  changed('quotes around it', (text) => JSON.stringify(text)),
  changed('the length of a chunk in it', (text) => text.replace(',"auth', ',\r\n1f\r\n"auth')),
  changed('a zero byte in a name', (text) => text.replace('permanent_code', 'permanent_code\0')),
  changed(
    'the company once more, as null',
    (text) => `${text.slice(0, -1)},"auth_corp_info":null}`,
  ),
  changed('UTF-16 of Windows', (text) => new Uint8Array(Buffer.from(`\uFEFF${text}`, 'utf16le'))),
  compressed('gzip', (text) => Bun.gzipSync(text)),
  compressed('deflate', (text) => Bun.deflateSync(text)),
  compressed('zstd', (text) => Bun.zstdCompressSync(text)),
  {
    name: 'a header that says gzip of what is none',
    answer: (code, corpid) => response(plain(code, corpid), { 'content-encoding': 'gzip' }),
  },
  {
    name: 'HTTP status 400 with errcode 0',
    answer: (code, corpid) => response(plain(code, corpid), {}, 400),
  },
  {
    name: 'HTTP status 502 from something on the way',
    answer: (code, corpid) => response(plain(code, corpid), {}, 502),
  },
  {
    name: 'gzip without a header that says so',
    answer: (code, corpid) => response(Bun.gzipSync(plain(code, corpid))),
  },
  members('an errcode that means a limit', { errcode: 45009, errmsg: 'api freq out of limit' }),
  members('an errcode that means busy', { errcode: -1 }),
  {
    name: 'blanks and zero bytes around the code and the id',
    answer: (code, corpid) => response(plain(`${code}\n`, ` ${corpid}\0`)),
  },
  {
    name: 'the company’s id outside of its place',
    answer: (permanent_code, corpid) =>
      response(JSON.stringify({ errcode: 0, permanent_code, corpid })),
  },
  members('its errcode as text', { errcode: '0' }),
  members('no errcode', { errcode: undefined }),
  members('an errcode that is none', { errcode: 'ok' }),
  members('an errmsg of 100 KB', { errmsg: 'x'.repeat(100_000) }),
  members('an errmsg that is an object', { errmsg: { a: 1 } }),
  members('a dealer of the same kind', { dealer_corp_info: { corpid: 'D', corp_name: 'D\0' } }),
  members('a name that is a number', {}, { corp_name: 360 }),
  members('a name that is null', {}, { corp_name: null }),
  members('a name that is a list', {}, { corp_name: ['A'] }),
  members('members of an object’s own names', { toString: 1, constructor: { prototype: 1 } }),
  members('an expires_in that is none', { expires_in: {}, access_token: 5 }),
]
