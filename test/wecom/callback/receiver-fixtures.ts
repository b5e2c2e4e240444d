/** Ids of ours and of others, one good message of each kind, and the verdicts on them. */
import type {
  CommandMessage,
  DataMessage,
  SystemMessage,
} from '../../../src/wecom/callback/message'
import type { DiscoveredId, OwnIds, ReceiverVerdict } from '../../../src/wecom/callback/receiver'

export const suite = 'wwSuite01'
export const provider = 'wwProvider01'
export const company = 'wpCorpA'
export const stranger = 'wwStranger'

export const own: OwnIds = { suiteId: suite, providerCorpid: provider, emptyReceiveId: false }
export const withoutSuite: OwnIds = { ...own, suiteId: null }
export const withoutProvider: OwnIds = { ...own, providerCorpid: null }
export const withoutBoth: OwnIds = { ...withoutSuite, providerCorpid: null }
export const individual: OwnIds = { ...own, emptyReceiveId: true }

export const command: CommandMessage = {
  kind: 'command',
  type: 'change_auth',
  corpid: company,
  suiteId: suite,
  timeStampSeconds: 1_700_000_000,
  payload: {},
}
export const system: SystemMessage = {
  kind: 'system',
  type: 'register_corp',
  corpid: company,
  serviceCorpId: provider,
  timeStampSeconds: 1_700_000_000,
  payload: {},
}
export const data: DataMessage = { kind: 'data', type: 'text', corpid: company, payload: {} }

export const commandUrl = { pathCorpid: null, onDataUrl: false }
export const dataUrl = { pathCorpid: company, onDataUrl: true }
export const bareDataUrl = { pathCorpid: null, onDataUrl: true }

export const taken: ReceiverVerdict = { ok: true, discovered: [] }
export const discovered = (...ids: [DiscoveredId['setting'], string][]): ReceiverVerdict => ({
  ok: true,
  discovered: ids.map(([setting, id]) => ({ setting, id })),
})
export const refused = (
  which: Extract<ReceiverVerdict, { ok: false }>['which'],
  came: string,
  ...expected: string[]
): ReceiverVerdict => ({ ok: false, which, came, expected })

/** Refused for the id in the ciphertext. */
export const missealed = (came: string, ...expected: string[]) =>
  refused('receiveid', came, ...expected)
