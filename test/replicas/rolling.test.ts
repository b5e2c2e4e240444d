/** Replicas under load get another version, and another key, as docs/scaling.md says. */
import { expect, test } from 'bun:test'
import { minuteMs } from '../../src/clock'
import { builtBinary, builtWith } from '../binary/build'
import { describeWithTool } from '../optional-tool'
import { findPostgres } from '../postgres/server'
import { runReplicas } from './campaign'
import { changeOfKey, changeOfVersion, furtherStep, nextKey } from './rolling'

const long = Bun.env.SUITED_LONG_TESTS === '1'

/** No app, an app whose agentid is not read yet, and whatever WeCom refuses. */
const byDesign = ['corp_not_authorized', 'suite_not_configured', 'wecom_error']
/** Of a company that authorises again before its first code is exchanged. */
const ofTheTown = ['an install is lost: its auth_code is spent']

describeWithTool('PostgreSQL', findPostgres, 'replicas on one database', () => {
  test(
    'refuse nothing and lose nothing while each of them gets another version, and then another key',
    async () => {
      await builtBinary()
      const newer = await builtWith(furtherStep)
      const { verdict, ...figures } = await runReplicas({
        seed: 3,
        count: long ? 3 : 2,
        bustle: long ? { lanes: 4, longestRestMs: 200 } : { lanes: 2, longestRestMs: 300 },
        finalKey: nextKey,
        plan: function* (_, fleet) {
          yield changeOfVersion(fleet, newer)
          yield changeOfKey(fleet)
        },
      })
      const { known, dispatched, arrivedWithoutWork, ...judged } = verdict
      process.stdout.write(`rolling ${JSON.stringify({ ...figures, ...judged })}\n`)
      expect(figures.eventsAcknowledged).toBeGreaterThan(20)
      expect(figures.signaturesAccepted).toBeGreaterThan(0)
      expect(figures.delivered).toBeGreaterThan(20)
      expect(Object.keys(figures.refusals).filter((code) => !byDesign.includes(code))).toEqual([])
      expect(Object.keys(figures.errors).filter((what) => !ofTheTown.includes(what))).toEqual([])
      const failed = Object.keys(figures.answers).filter((what) => what.startsWith('5'))
      expect(failed.filter((what) => !byDesign.some((code) => what.endsWith(code)))).toEqual([])
      expect(figures).toMatchObject({
        secretsTold: [],
        unstructured: [],
        undecipherable: 0,
        deliveredWrong: [],
        outOfOrder: [],
        undelivered: [],
      })
      expect(judged).toMatchObject({
        eventsLost: [],
        appliedTwice: [],
        codesLost: [],
        codesInTheGap: [],
        tokensBackwards: [],
        undone: [],
      })
    },
    5 * minuteMs,
  )
})
