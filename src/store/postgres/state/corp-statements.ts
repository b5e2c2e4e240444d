/** The statements that write a company, and the values that they take. No I/O. */
import type { Lease } from '../../lease'
import type { CorpRecord } from '../../store'
import { recheckEveryMs } from '../../watch/corp-visits'
import type { Value } from '../connection/database'
import { moment, ownerLives } from '../connection/moment'
import { tellNews } from './news'

/** In characters. An index takes no more than 2.7 KB in a row, and lists show no more either. */
const longestName = 256

/** No id is longer. */
const longestId = 128

const idOrNull = (id: string | null | undefined): string | null =>
  id && id.length <= longestId && !id.includes('\0') ? id : null

const columns = `record, version, status, name, folded, agentid, authorized_at, has_code,
  open_corpid, install_event_id, status_at`
const written = `$6::text, nextval('corp_versions'), $7::text, $8::text, $9::text, $10::bigint,
  $11::bigint, $12::boolean, $13::text, $14::text, $15::bigint`

/** Nobody takes the lease before the transaction ends. */
const underLease = `($17::text IS NULL OR EXISTS (
  SELECT 1 FROM leases WHERE name = $17::text AND fence = $18::bigint AND expires_at > ${moment(3)}
    AND ${ownerLives('owner', moment(3))} FOR SHARE))`

const told = tellNews('written', { at: moment(3), by: '$4', what: '$5' })

/** One row if it was written; none if another one wrote it before, or the lease was lost. */
export const insertCorp = `
WITH written AS (
  INSERT INTO corps (suite_id, corpid, ${columns}, recheck_at)
  SELECT $1::text, $2::text, ${written}, $16::bigint WHERE ${underLease}
  ON CONFLICT DO NOTHING RETURNING 1
), told AS (${told})
SELECT 1 FROM written`

/**
 * Likewise, with the version that was read. While the status stays, its recheck is due when it was.
 */
export const updateCorp = `
WITH written AS (
  UPDATE corps SET (${columns}, recheck_at) = ROW (${written},
    CASE WHEN status = $7::text AND status_at = $15::bigint THEN recheck_at ELSE $16::bigint END)
  WHERE suite_id = $1 AND corpid = $2 AND version = $19::bigint AND ${underLease}
  RETURNING 1
), told AS (${told})
SELECT 1 FROM written`

/** When a company is rechecked first after its status changed; null: never. */
const firstRecheckAt = ({ status, statusAt }: CorpRecord): number | null => {
  const everyMs = recheckEveryMs[status]
  return everyMs === undefined ? null : statusAt + everyMs
}

/**
 * The values of both statements, but for the version.
 *
 * @param news as `News.of` gives it
 * @param record as it goes into the column
 */
export const corpValues = (
  corp: CorpRecord,
  news: readonly Value[],
  record: string,
  under: Lease | null,
): Value[] => {
  const name = corp.name.slice(0, longestName)
  return [
    corp.suiteId,
    corp.corpid,
    ...news,
    record,
    corp.status,
    name,
    name.toLowerCase(),
    corp.agentid,
    corp.authorizedAt,
    corp.permanentCode !== null,
    corp.openCorpid === corp.corpid ? null : idOrNull(corp.openCorpid),
    idOrNull(corp.installEventId),
    corp.statusAt,
    firstRecheckAt(corp),
    under?.name ?? null,
    under?.fence ?? null,
  ]
}

/** What others keep of a company at hand, and have to read again once it is another. */
const keptByOthers = (corp: CorpRecord | null): string => {
  if (corp === null) return ''
  const { status, permanentCode, callbackPair, agentid, openCorpid, site } = corp
  return JSON.stringify([status, permanentCode, callbackPair, agentid, openCorpid, site])
}

/** Whether others have to hear of a change. */
export const isNews = (before: CorpRecord | null, after: CorpRecord | null): boolean =>
  keptByOthers(before) !== keptByOthers(after)
