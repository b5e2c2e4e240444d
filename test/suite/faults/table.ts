/**
 * What WeCom's faults may cost, and who is told what. The bounds follow from the waits of
 * `suite/refusal` (1, 2, 4 … 60 seconds, a quarter more or less, met by someone who asks every ten
 * seconds), the three tries of `wecom/client`, and an exchange's 2, 4, 8, then every 15 seconds.
 */
import { type CallName, callNames, type Strike } from './stage'

export interface Expected {
  /** Calls within ten minutes, the least and the most. */
  readonly calls: readonly [number, number]
  /** What whoever needs it is answered in that time, each once and in order. */
  readonly answers: readonly string[]
  /** The errcode in the operator's log; null: a line without one. Undefined: nothing to tell. */
  readonly logged?: number | null
}

export interface Row {
  readonly fault: string
  readonly strike: Strike
  readonly expected: Readonly<Record<CallName, Expected>>
  /** What the status names as awaited. */
  readonly waiting: readonly string[]
}

const unauthorised = '404 corp_not_authorized'
const refused = '502 wecom_error'

interface Kind {
  readonly tokens: Expected['calls']
  readonly exchange: Expected['calls']
  readonly details: Expected['calls']
  readonly answer: string
  readonly logged: number | null
  readonly waiting: string
}

/**
 * What is the same for all tokens; a company under installation is not there until its exchange.
 */
const row = (
  fault: string,
  strike: Strike,
  { tokens, exchange, details, answer, logged, waiting }: Kind,
  exceptions: Partial<Record<CallName, Partial<Expected>>> = {},
): Row => {
  const usual = (name: CallName): Expected => {
    if (name === 'get_permanent_code') return { calls: exchange, answers: [unauthorised] }
    if (name === 'get_auth_info') return { calls: details, answers: ['200', unauthorised] }
    return { calls: tokens, answers: [answer], logged }
  }
  const expected = callNames.map((name) => [name, { ...usual(name), ...exceptions[name] }])
  return { fault, strike, expected: Object.fromEntries(expected), waiting: [waiting] }
}

/** No answer at all: five seconds for each of three tries. */
const silent = (fault: string, strike: Strike) =>
  row(fault, strike, {
    tokens: [24, 39],
    exchange: [54, 72],
    details: [18, 30],
    answer: '504 wecom_timeout',
    logged: null,
    waiting: 'wecom_unreachable',
  })

/** An answer that is none: three tries, then a wait. */
const passing = (
  fault: string,
  strike: Strike,
  errcode: number | null = null,
  exceptions?: Partial<Record<CallName, Partial<Expected>>>,
) =>
  row(
    fault,
    strike,
    {
      tokens: [27, 48],
      exchange: [110, 132],
      details: [21, 33],
      answer: refused,
      logged: errcode,
      waiting: errcode === null ? 'wecom_unreachable' : 'suite_token_refused',
    },
    exceptions,
  )

/**
 * A refusal: never repeated at once. An exchange goes on all the same, for its code lives ten
 * minutes.
 */
const refusal = (
  errcode: number,
  tokens: Expected['calls'],
  exceptions?: Partial<Record<CallName, Partial<Expected>>>,
  waiting = 'suite_token_refused',
) =>
  row(
    `errcode ${errcode}`,
    { errcode },
    { tokens, exchange: [40, 46], details: [3, 12], answer: refused, logged: errcode, waiting },
    exceptions,
  )

/** The company is asked about once more after a minute; then it is known to be gone. */
const gone: Partial<Expected> = { calls: [2, 2], answers: [unauthorised, refused] }
const voidCode = { get_corp_token: gone, gettoken: gone }

/** An answer that serves: pages and operators notice nothing. */
const harmless = (fault: string, strike: Strike, tokens: Expected['calls']): Row => {
  const expected = callNames.map((name): [CallName, Expected] => {
    const installs = name === 'get_permanent_code' || name === 'get_auth_info'
    const answers = name === 'get_auth_info' ? ['200', unauthorised] : ['200']
    return [name, { calls: installs ? [1, 1] : tokens, answers }]
  })
  return { fault, strike, expected: Object.fromEntries(expected) as Row['expected'], waiting: [] }
}

const noToken = {
  errcode: null,
  suite_access_token: null,
  access_token: null,
  provider_access_token: null,
  permanent_code: null,
  ticket: null,
}

/** The faults, each with its bounds: one of each kind that the code tells from the others. */
export const faultTable: readonly Row[] = [
  silent('a call that hangs', { hang: true }),
  passing('a connection that is cut', { reset: true }),
  passing('HTML in place of JSON', { garbage: 'html' }),
  passing('half an answer', { garbage: 'truncated' }, null, {
    // The code and its company stand in the first half, and WeCom doesn't give them twice.
    get_permanent_code: { calls: [1, 1], answers: ['200'] },
  }),
  passing('errcode -1', { errcode: -1 }, -1),
  refusal(45009, [2, 5]),
  refusal(40085, [1, 2]),
  refusal(40084, [1, 1], voidCode),
  refusal(40001, [1, 2], { gettoken: { calls: [1, 4] } }),
  refusal(40014, [3, 13]),
  refusal(60020, [9, 16], {}, 'ip_not_allowed'),
  passing('neither errcode nor what was asked for', { change: noToken }, null, {
    // All that it brings may be missing.
    get_auth_info: { calls: [1, 1] },
  }),
  harmless('no errcode', { change: { errcode: null, errmsg: null } }, [1, 1]),
  harmless('control characters in names', { garbage: 'control_characters' }, [1, 1]),
  harmless('expires_in of 0', { change: { expires_in: 0 } }, [1, 12]),
]

/** What is met as one of the others is. */
export const furtherFaults: readonly Row[] = [
  silent('a time-out: the answer comes after 8 s', { delayMs: 8000 }),
  passing('HTTP 502', { status: 502 }),
  passing('an answer of 64 MiB', { garbage: 'huge' }),
  passing('errcode 6000', { errcode: 6000 }, 6000),
  passing('errcode 45033', { errcode: 45033 }, 45033),
  refusal(48004, [1, 1], voidCode),
  refusal(40080, [1, 2], { gettoken: { calls: [1, 4] } }),
  refusal(42001, [3, 13]),
  harmless('expires_in of a week', { change: { expires_in: 604_800 } }, [1, 1]),
  harmless('numbers as text', { garbage: 'text_numbers' }, [1, 1]),
  harmless('what it was asked for, compressed', { garbage: 'compressed' }, [1, 1]),
]
