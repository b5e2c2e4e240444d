/** What examples run against: the built binary, with one company of the simulator's and a key. */
import { afterAll, beforeAll } from 'bun:test'
import type { Suited } from '../binary/suited'
import type { Wecom } from '../binary/wecom'
import { useWorkshop, type Workshop } from '../binary/workshop'

export interface ExampleStage {
  readonly workshop: Workshop
  readonly wecom: Wecom
  readonly suited: Suited
  readonly corpid: string
  /** A key for this company, with the scopes that the example needs. */
  readonly key: string
}

/** Set up once for all cases of a file. */
export const useExampleStage = (
  scopes: readonly string[],
  settingsFor: (wecom: Wecom) => Readonly<Record<string, string>> = () => ({}),
): (() => ExampleStage) => {
  const workshop = useWorkshop(afterAll)
  let stage: ExampleStage | null = null

  beforeAll(async () => {
    const wecom = workshop.wecom()
    const suited = await workshop.serviceFor(wecom, await workshop.folder(), settingsFor(wecom))
    const [corpid] = wecom.corpids
    await wecom.giveTicket(suited)
    await wecom.install(suited, corpid)
    const { key } = await suited.ask('/api/keys', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'example', scopes, corps: [corpid] }),
    })
    stage = { workshop, wecom, suited, corpid, key }
  })

  return () => {
    if (stage === null) throw new Error('The stage is not set up yet.')
    return stage
  }
}

/**
 * Runs a program of `examples` with the address, the key and more settings; what it wrote when it
 * ended well.
 */
export const runExample = async (
  { workshop, suited, corpid, key }: ExampleStage,
  command: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<string> => {
  const cwd = new URL('../../examples', import.meta.url).pathname
  const env = { SUITED_URL: suited.url, SUITED_KEY: key, ...settings }
  const running = workshop.startProgram([...command, corpid], { cwd, env })
  const exitCode = await running.exited
  if (exitCode !== 0) throw new Error(`${command.join(' ')}: ${exitCode}\n${running.stderr}`)
  return running.stdout
}
