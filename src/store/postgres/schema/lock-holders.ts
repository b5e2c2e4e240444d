/** Who holds locks on the tables of suited for long, in words for an operator. */
import { inWords } from '../../../wording'
import type { Database } from '../connection/database'

interface Holder {
  readonly pid: number
  readonly who: string
  readonly program: string
  /** Null where the user of suited may not see it. */
  readonly ms: number | null
}

const holdersSql = `
SELECT a.pid, coalesce(a.usename, '') AS who, coalesce(a.application_name, '') AS program,
  (extract(epoch FROM clock_timestamp() - a.xact_start) * 1000)::float8 AS ms
FROM pg_stat_activity a
WHERE a.pid <> pg_backend_pid() AND a.pid IN (
  SELECT l.pid FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
  WHERE l.granted AND c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace)
ORDER BY a.xact_start NULLS LAST, a.pid LIMIT 3`

const inText = ({ pid, who, program, ms }: Holder): string =>
  `the process ${pid} (${[program, who].filter(Boolean).join(' of ')}${ms === null ? '' : `, for ${inWords(ms)}`})`

/** `''` where that can't be found out, or nobody does any more. */
export const lockHolders = async ({ query }: Pick<Database, 'query'>): Promise<string> => {
  try {
    return (await query<Holder>(holdersSql)).map(inText).join(', ')
  } catch {
    return ''
  }
}
