/** Ten thousand companies whose tokens are all due at once. */
import { minuteMs } from '../../src/clock'
import { until } from '../binary/until'
import type { Contender } from './contenders'
import type { FolderOptions } from './folders'
import { load } from './loading'
import { callsOf, type Wecom } from './wecom'

export const renewingCompanies = 10_000

/** In the last sixth of its life a token that is in use is renewed. */
export const agedFolder: FolderOptions = {
  companies: renewingCompanies,
  active: renewingCompanies,
  leftMs: 10 * minuteMs,
}

/** Signs for every company, so that all are in use, and waits for the first renewals. */
export const beginRenewing = async (contender: Contender, wecom: Wecom): Promise<void> => {
  const before = callsOf(wecom)
  const plan = { what: 'sign', connections: 16, rate: 4000 } as const
  const seconds = renewingCompanies / plan.rate
  await load(contender, { ...plan, companies: renewingCompanies, seconds, warmUpSeconds: 0 })
  await until('the renewals', () => callsOf(wecom) > before + 2)
}
