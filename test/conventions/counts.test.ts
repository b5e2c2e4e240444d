/**
 * A number and its noun fit: `1 event is dead`, not `1 events are dead`. `wording.ts` sees to it.
 */
import { describe, expect, test } from 'bun:test'
import { createScene } from '../scene'
import { sources } from './sources'

const nouns = [
  'backups',
  'bytes',
  'characters',
  'codes',
  'companies',
  'days',
  'documents',
  'events',
  'files',
  'hours',
  'minutes',
  'requests',
  'seconds',
  'settings',
  'suites',
  'times',
]

/** Bounds of ours are never one. */
const isBound = (expression: string): boolean =>
  /^(?:shortest|longest|most|least|limit)/.test(expression)

/** Numbers in the sentences of a text that are followed by a plural, whatever they are. */
const unfitIn = (text: string): string[] =>
  [...text.matchAll(/\$\{([^{}]*)\} ([a-z]+)/g)]
    .filter(([, expression = '', noun = '']) => nouns.includes(noun) && !isBound(expression))
    .map(([found]) => found)

describe('the sentences of src', () => {
  test('let a number and its noun fit', () => {
    const unfit = sources
      .filter(({ name }) => !name.startsWith('simulator/'))
      .flatMap(({ name, text }) => unfitIn(text).map((found) => `${name}: ${found}`))
    expect(unfit).toEqual([])
  })
})

describe('the judge of counts', () => {
  test.each([`\`\${n} events are dead\``, `\`came \${ageMs / 60_000} minutes ago\``])(
    'catches %s',
    (text) => {
      expect(unfitIn(text)).toHaveLength(1)
    },
  )

  test.each([`\`\${counted(n, 'event')} came\``, `\`at least \${shortest} characters\``])(
    'lets %s pass',
    (text) => {
      expect(unfitIn(text)).toEqual([])
    },
  )
})

test.each([
  [1, '1 event is dead: look at /api/events?status=dead and retry it.'],
  [2, '2 events are dead: look at /api/events?status=dead and retry them.'],
])('%i dead of the status are told so', async (count, told) => {
  const scene = await createScene()
  for (let n = 0; n < count; n++) {
    await scene.eventLog.append({
      id: `event ${n}`,
      identity: `event ${n}`,
      suiteId: scene.suiteId,
      corpid: null,
      source: 'command',
      type: 'corp_arch_auth',
      receivedAt: scene.clock.now(),
      body: '<xml/>',
      status: 'dead',
      lastError: 'it failed',
      dispatchAt: null,
    })
  }
  expect((await scene.ask('/api/status')).warnings).toEqual([told])
  await scene.stop()
})
