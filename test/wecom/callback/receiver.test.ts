import { describe, expect, test } from 'bun:test'
import { judgeReceiver } from '../../../src/wecom/callback/receiver'
import {
  bareDataUrl,
  command,
  commandUrl,
  company,
  data,
  dataUrl,
  individual,
  missealed,
  own,
  provider,
  refused,
  stranger,
  suite,
  system,
  taken,
  withoutBoth,
} from './receiver-fixtures'

describe('a command message', () => {
  test.each([
    ["the suite's id", suite, commandUrl, taken],
    ["the provider's corpid", provider, commandUrl, taken],
    ["the company's corpid on the data URL", company, dataUrl, taken],
    ['the same where the path names none', company, bareDataUrl, taken],
    [
      "the company's corpid on the command URL",
      company,
      commandUrl,
      missealed(company, suite, provider),
    ],
    ["a stranger's id", stranger, commandUrl, missealed(stranger, suite, provider)],
    [
      "a stranger's id on the data URL",
      stranger,
      dataUrl,
      missealed(stranger, suite, provider, company),
    ],
    ['nothing', '', commandUrl, missealed('', suite, provider)],
    [
      'its id in another case',
      suite.toLowerCase(),
      commandUrl,
      missealed(suite.toLowerCase(), suite, provider),
    ],
  ])('is judged by whom it is sealed for: %s', (_, receiveId, url, verdict) => {
    expect(judgeReceiver(command, receiveId, own, url)).toEqual(verdict)
  })

  test('sealed for nothing is taken where that is configured', () => {
    expect(judgeReceiver(command, '', individual, commandUrl)).toEqual(taken)
  })

  test('of another suite is refused, whomever it is sealed for', () => {
    const foreign = { ...command, suiteId: stranger }
    for (const receiveId of [stranger, suite, provider]) {
      expect(judgeReceiver(foreign, receiveId, own, commandUrl)).toEqual(
        refused('SuiteId', stranger, suite),
      )
    }
  })

  test('of our suite in another case is refused', () => {
    const foreign = { ...command, suiteId: suite.toUpperCase() }
    expect(judgeReceiver(foreign, suite, own, commandUrl)).toEqual(
      refused('SuiteId', suite.toUpperCase(), suite),
    )
  })

  test('may come to the data URL of any company', () => {
    const url = { pathCorpid: 'wpCorpB', onDataUrl: true }
    expect(judgeReceiver(command, suite, own, url)).toEqual(taken)
  })

  test.each(['suite_ticket', 'create_auth', 'reset_permanent_code'])(
    'that is about no company is never sealed for one: %s',
    (type) => {
      const stolen = { ...command, type }
      const expected = missealed(company, suite, provider)
      const ownUrl = { pathCorpid: company, onDataUrl: false, onCompanyUrl: true }
      for (const url of [dataUrl, bareDataUrl, ownUrl]) {
        expect(judgeReceiver(stolen, company, own, url)).toEqual(expected)
        expect(judgeReceiver(stolen, suite, own, url)).toEqual(taken)
      }
    },
  )

  test.each(['device_data_auth_change', 'cancel_auth', 'brand_new'])(
    'about a company may be sealed for it on the data URL: %s',
    (type) => {
      expect(judgeReceiver({ ...command, type }, company, own, dataUrl)).toEqual(taken)
    },
  )

  test('without a company on the data URL is still held to the ids of ours', () => {
    const ticket = { ...command, corpid: null }
    expect(judgeReceiver(ticket, stranger, own, dataUrl)).toEqual(
      missealed(stranger, suite, provider),
    )
  })
})

describe('a system message', () => {
  test.each([
    ["the provider's corpid", provider, taken],
    ["the suite's id", suite, taken],
    ["the company's corpid", company, missealed(company, provider, suite)],
    ['nothing', '', missealed('', provider, suite)],
  ])('is judged by whom it is sealed for: %s', (_, receiveId, verdict) => {
    expect(judgeReceiver(system, receiveId, own, commandUrl)).toEqual(verdict)
  })

  test("sealed for the company's corpid is refused on the data URL too", () => {
    expect(judgeReceiver(system, company, own, dataUrl)).toEqual(
      missealed(company, provider, suite),
    )
  })

  test('of another provider is refused', () => {
    const foreign = { ...system, serviceCorpId: stranger }
    expect(judgeReceiver(foreign, provider, own, commandUrl)).toEqual(
      refused('ServiceCorpId', stranger, provider),
    )
  })
})

describe('a data message', () => {
  test.each([
    ['its company, on the URL of that company', company, dataUrl, taken],
    ['its company, on the URL without a corpid', company, bareDataUrl, taken],
    ['its company, on the command URL', company, commandUrl, taken],
    [
      'its company, on the URL of another one',
      company,
      { pathCorpid: 'wpCorpB', onDataUrl: true },
      refused('corpid of the path', 'wpCorpB', company),
    ],
    [
      'its company, on the URL of that in another case',
      company,
      { pathCorpid: 'wpcorpa', onDataUrl: true },
      refused('corpid of the path', 'wpcorpa', company),
    ],
    ['another company', 'wpCorpB', bareDataUrl, missealed('wpCorpB', company)],
    ['the suite', suite, dataUrl, missealed(suite, company)],
    ['the provider', provider, dataUrl, missealed(provider, company)],
    ['nobody', '', dataUrl, missealed('', company)],
  ])('is judged by whom it is sealed for: %s', (_, receiveId, url, verdict) => {
    expect(judgeReceiver(data, receiveId, own, url)).toEqual(verdict)
  })

  test('sealed for nobody is taken where that is configured', () => {
    expect(judgeReceiver(data, '', individual, dataUrl)).toEqual(taken)
  })

  test('needs no id of ours', () => {
    expect(judgeReceiver(data, company, withoutBoth, dataUrl)).toEqual(taken)
  })
})
