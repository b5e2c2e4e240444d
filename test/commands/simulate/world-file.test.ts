import { expect, test } from 'bun:test'
import { textOfWorld, worldOfText } from '../../../src/commands/simulate/world-file'
import { createSimulator } from '../../../src/simulator/simulator'
import { addSuite } from '../../../src/simulator/world/create-world'
import { authorize, endInstallation } from '../../../src/simulator/world/installations'
import { createManualClock } from '../../manual-clock'

/** A world with an install, one that ended, and a second suite. */
const livedWorld = () => {
  const { world } = createSimulator({
    clock: createManualClock(1_700_000_000_000),
    random: () => 0.3,
    send: async () => new Response(),
    companies: [{ corpid: 'wpA' }, { corpid: 'wpB' }],
  })
  const [suite] = world.suites.values()
  const { suiteId } = suite!
  addSuite(world, { kind: 'customised', suiteId: 'dk1' })
  endInstallation(world, authorize(world, suiteId, 'wpA').installation)
  authorize(world, suiteId, 'wpA')
  authorize(world, 'dk1', 'wpB')
  return world
}

test('what is written is read again: ids, secrets, companies, installs with their permanent codes', () => {
  const world = livedWorld()
  const saved = worldOfText(textOfWorld(world))
  expect(saved?.provider).toEqual(world.provider)
  expect(saved?.suites).toEqual([...world.suites.values()])
  expect(saved?.companies).toEqual([...world.companies.values()])
  expect(saved?.installations).toEqual([...world.installations.values()].flat())
  expect(saved?.installations).toHaveLength(3)
})

test.each<[string, (text: string) => string]>([
  ['nothing', () => ''],
  ['another file', () => '{"format":"something else"}'],
  ['half of it', (text) => text.slice(0, text.length / 2)],
  [
    'a suite without a secret',
    (text) => text.replace(/"suiteSecret": "[^"]*"/, '"suiteSecret": ""'),
  ],
  ['no suites', (text) => JSON.stringify({ ...JSON.parse(text), suites: [] })],
  [
    'an EncodingAESKey that is none',
    (text) => text.replace(/("encodingAesKey": ")[^"]*/, '$1short'),
  ],
  [
    'an install of a company that is not there',
    (text) => text.replace(/"corpid": "wpB"/, '"corpid": "wpC"'),
  ],
])('%s is no world', (_, change) => {
  expect(worldOfText(change(textOfWorld(livedWorld())))).toBeNull()
})
