/** What suited does about the companies themselves, put together: installs, changes, standing, licences. */
import type { Clock } from '../clock'
import { reasonOf } from '../errors'
import type { Logger } from '../log'
import type { Random } from '../retry'
import type { EventLog } from '../store/event-log'
import type { CorpRecord, Store } from '../store/store'
import { createAdmins } from '../suite/admins'
import { createAdoption } from '../suite/adoption'
import { createAuthorization } from '../suite/authorization'
import type { Companies } from '../suite/companies'
import { createDailyCare } from '../suite/daily-care'
import { createDeparture } from '../suite/departure'
import { createDoubts } from '../suite/doubts'
import { exchangeTypes } from '../suite/exchange'
import { createReadGrant } from '../suite/grant'
import type { Journal } from '../suite/journal'
import { createLicensing } from '../suite/license'
import { createLooks } from '../suite/looks'
import type { Memory } from '../suite/memory'
import { createLearnOpenCorpid } from '../suite/open-corpid'
import { createStanding } from '../suite/standing'
import type { Suites } from '../suite/suites'
import { createFetchCorpToken } from '../suite/token-source'
import type { Tokens } from '../suite/tokens'
import type { Work } from '../suite/worker'
import type { WecomCalls } from '../wecom/calls'
import type { ProviderCalls } from '../wecom/provider-calls'

export interface CompanyCareParts {
  readonly suites: Suites
  readonly store: Store
  readonly eventLog: EventLog
  readonly companies: Companies
  readonly tokens: Tokens
  readonly calls: WecomCalls
  readonly providerCalls: ProviderCalls
  readonly journal: Journal
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly memory: Pick<Memory, 'doubts' | 'codes'>
}

export type CompanyCare = ReturnType<typeof createCompanyCare>

/** All of it, with the work on each type of event. */
export const createCompanyCare = (parts: CompanyCareParts) => {
  const { suites, log } = parts
  const { withToken } = parts.tokens
  const fetchCorpToken = createFetchCorpToken({ ...parts, withToken })
  const readGrant = createReadGrant(parts)
  const readDetails = async ({ suiteId, corpid }: CorpRecord): Promise<void> => {
    await readGrant(suiteId, corpid).catch((error) =>
      log.info('a company is served, but its details could not be read', {
        suiteId,
        corpid,
        reason: reasonOf(error),
      }),
    )
  }
  const standing = createStanding({ ...parts, fetchCorpToken, readDetails })
  const doubts = createDoubts({ ...parts, book: parts.memory.doubts, standing })
  const looks = createLooks({ ...parts, standing, doubts })
  const admins = createAdmins(parts)
  const licensing = createLicensing(parts)
  const learnOpenCorpid = createLearnOpenCorpid(parts)
  const book = parts.memory.codes
  const departure = createDeparture({ ...parts, book })
  const onAuthorized = async (record: CorpRecord): Promise<void> => {
    await learnOpenCorpid(record)
    await licensing.read(record)
  }
  const authorization = createAuthorization({
    ...parts,
    book,
    readGrant,
    onRefused: doubts.notice,
    onAuthorized,
  })
  const adoption = createAdoption({ ...parts, fetchCorpToken, onAuthorized })
  const careDue = createDailyCare({
    ...parts,
    async care(record) {
      // WeCom told none that could be understood: without it pages get no agent_config.
      if (record.agentid === null) await readDetails(record)
      if (suites.provider.secret === null) return
      await learnOpenCorpid(record)
      await licensing.readIfOld(record)
    },
  })

  const work: Record<string, Work> = {
    ...Object.fromEntries(exchangeTypes.map((type) => [type, authorization.install])),
    async change_auth(event) {
      const { suiteId, corpid } = event
      if (suiteId && corpid) await looks.lookIfAway(suiteId, corpid)
      return authorization.readAgain(event)
    },
    cancel_auth: departure.cancel,
    'event.change_app_admin': admins.readAgain,
    'event.close_inactive_agent': looks.lookNow,
    'event.reopen_inactive_agent': looks.lookNow,
    'event.unlicensed_notify': licensing.count,
  }
  return { standing, doubts, looks, admins, departure, adoption, careDue, work }
}
