import { describe, expect, test } from 'bun:test'
import { judgeReceiver, judgeUrlCheck } from '../../../src/wecom/callback/receiver'
import {
  command,
  commandUrl,
  company,
  discovered,
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
  withoutProvider,
  withoutSuite,
} from './receiver-fixtures'

describe('a URL check', () => {
  test.each([
    ["the provider's corpid", provider, own, taken],
    ["the suite's id", suite, own, taken],
    ["a company's corpid", company, own, missealed(company, suite, provider)],
    ['nothing', '', own, missealed('', suite, provider)],
    ['nothing, where that is configured', '', individual, taken],
    ['the provider, with no suite yet', provider, withoutSuite, taken],
    ['the suite, with no provider yet', suite, withoutProvider, taken],
    ['a suite yet unknown', suite, withoutSuite, discovered(['suite_id', suite])],
    [
      'a provider yet unknown',
      provider,
      withoutProvider,
      discovered(['provider_corpid', provider]),
    ],
    ['the first id of all', provider, withoutBoth, discovered(['provider_corpid', provider])],
    ['nothing, with no id yet', '', withoutBoth, missealed('')],
  ])('is judged by whom it is sealed for: %s', (_, receiveId, ids, verdict) => {
    expect(judgeUrlCheck(receiveId, ids)).toEqual(verdict)
  })
})

describe('what is not configured yet', () => {
  test.each([
    ['the suite of a command', command, suite, withoutSuite, discovered(['suite_id', suite])],
    [
      'the same, sealed for the provider',
      command,
      provider,
      withoutSuite,
      discovered(['suite_id', suite]),
    ],
    [
      'the provider of a command',
      command,
      provider,
      withoutProvider,
      discovered(['provider_corpid', provider]),
    ],
    [
      'both ids of a command',
      command,
      provider,
      withoutBoth,
      discovered(['suite_id', suite], ['provider_corpid', provider]),
    ],
    [
      'the provider of a system message',
      system,
      provider,
      withoutProvider,
      discovered(['provider_corpid', provider]),
    ],
    [
      'the same, sealed for the suite',
      system,
      suite,
      withoutProvider,
      discovered(['provider_corpid', provider]),
    ],
    ['the suite of a system message', system, suite, withoutSuite, discovered(['suite_id', suite])],
    [
      'both ids of a system message',
      system,
      suite,
      withoutBoth,
      discovered(['provider_corpid', provider], ['suite_id', suite]),
    ],
  ])('is discovered: %s', (_, message, receiveId, ids, verdict) => {
    expect(judgeReceiver(message, receiveId, ids, commandUrl)).toEqual(verdict)
  })

  test('is not discovered from a message that contradicts itself', () => {
    expect(judgeReceiver(command, stranger, withoutSuite, commandUrl)).toEqual(
      missealed(stranger, suite, provider),
    )
    expect(judgeReceiver(system, stranger, withoutProvider, commandUrl)).toEqual(
      missealed(stranger, provider, suite),
    )
  })

  test('does not make a wrong id right', () => {
    const foreign = { ...command, suiteId: stranger }
    expect(judgeReceiver(foreign, provider, withoutProvider, commandUrl)).toEqual(
      refused('SuiteId', stranger, suite),
    )
  })

  test('is never the empty id', () => {
    expect(judgeReceiver(command, '', withoutBoth, commandUrl)).toEqual(missealed('', suite))
  })
})
