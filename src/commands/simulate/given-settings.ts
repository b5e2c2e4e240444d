/**
 * The simulator with the settings that it is given, in a fresh world or in that of an earlier
 * start.
 */
import { exitCodes, giveUp } from '../../runtime/process/exit'
import type { Simulator } from '../../simulator/simulator'
import { addInstallation } from '../../simulator/world/installations'
import type { Provider, Suite } from '../../simulator/world/world'
import { simulatorOnTheNetwork } from './simulator-server'
import type { SavedWorld } from './world-file'

/** Settings that fit the other side's environment may be given, so that both sides agree. */
export type Given = (name: string) => string | undefined

/** The ids and secrets of a world, under the names that the other side has for them. */
export const settingsOf = (provider: Provider, suite: Suite): Record<string, string> => ({
  WECOM_TOKEN: suite.token,
  WECOM_ENCODING_AES_KEY: suite.encodingAesKey,
  WECOM_SUITE_ID: suite.suiteId,
  WECOM_SUITE_SECRET: suite.suiteSecret,
  WECOM_PROVIDER_CORPID: provider.corpid,
  WECOM_PROVIDER_SECRET: provider.secret,
  WECOM_SYSTEM_TOKEN: provider.systemToken,
  WECOM_SYSTEM_ENCODING_AES_KEY: provider.systemEncodingAesKey,
})

const freshSimulator = (given: Given, domains: readonly string[]): Simulator =>
  simulatorOnTheNetwork({
    provider: {
      corpid: given('WECOM_PROVIDER_CORPID'),
      secret: given('WECOM_PROVIDER_SECRET'),
      systemToken: given('WECOM_SYSTEM_TOKEN'),
      systemEncodingAesKey: given('WECOM_SYSTEM_ENCODING_AES_KEY'),
    },
    suites: [
      {
        suiteId: given('WECOM_SUITE_ID'),
        suiteSecret: given('WECOM_SUITE_SECRET'),
        token: given('WECOM_TOKEN'),
        encodingAesKey: given('WECOM_ENCODING_AES_KEY'),
        trustedDomains: domains,
        installDomains: domains,
      },
    ],
  })

/** The world of an earlier start goes on; what is given besides must not contradict it. */
const savedSimulator = (saved: SavedWorld, given: Given, domains: readonly string[]): Simulator => {
  const { provider, companies, installations } = saved
  const ofDomains = { trustedDomains: domains, installDomains: domains }
  const [first, ...others] = saved.suites
  if (!first) throw new Error('a saved world has a suite')
  for (const [name, value] of Object.entries(settingsOf(provider, first))) {
    if (given(name) === undefined || given(name) === value) continue
    giveUp(exitCodes.badUsage, `${name} is another one than in the file of --state: leave one out.`)
  }
  const suites = [{ ...first, ...ofDomains }, ...others]
  const simulator = simulatorOnTheNetwork({ provider, suites, companies })
  for (const company of companies) simulator.world.companies.set(company.corpid, company)
  for (const installation of installations) addInstallation(simulator.world, installation)
  return simulator
}

/**
 * @param saved the world of an earlier start; null begins with a fresh one
 * @throws {StartFailure} what is given contradicts the saved world
 */
export const simulatorWith = (
  given: Given,
  domains: readonly string[],
  saved: SavedWorld | null,
): Simulator => (saved ? savedSimulator(saved, given, domains) : freshSimulator(given, domains))
