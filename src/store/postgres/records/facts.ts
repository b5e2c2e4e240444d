/** Facts on PostgreSQL: the port, and what of it is part of the steps that write events. */
import type { Lifecycle } from '../../driver/lifecycle'
import {
  cursorAfterDated,
  mapPage,
  pageOf,
  placeBefore,
  seqAfter,
  stretchLength,
  stretchOf,
} from '../../driver/paging'
import type { Fact, FactQuery, Facts } from '../../facts'
import type { Page } from '../../store'
import { type Database, integers, type Query, texts } from '../connection/database'
import { exhaust } from '../connection/portions'

type FactRow = Fact & { readonly seq: number }

const columns = `seq::float8 AS seq, id, suite_id AS "suiteId", corpid, type, at::float8 AS at, payload`

const factOfRow = ({ seq: _, ...fact }: FactRow): Fact => fact

const insertSql = `
  INSERT INTO facts (id, suite_id, corpid, type, at, payload)
  SELECT id, suite_id, corpid, type, at, payload
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[])
    WITH ORDINALITY AS given (id, suite_id, corpid, type, at, payload, place)
  ORDER BY place
  ON CONFLICT (id) DO NOTHING
  RETURNING 1`

/** Returns how many were new. */
export const insertFacts = async (query: Query, facts: readonly Fact[]): Promise<number> => {
  if (facts.length === 0) return 0
  const added = await query(insertSql, [
    texts(facts.map(({ id }) => id)),
    texts(facts.map(({ suiteId }) => suiteId)),
    texts(facts.map(({ corpid }) => corpid)),
    texts(facts.map(({ type }) => type)),
    integers(facts.map(({ at }) => at)),
    texts(facts.map(({ payload }) => payload)),
  ])
  return added.length
}

const eraseSql = `
  UPDATE facts SET payload = '' WHERE seq = ANY (ARRAY(
    SELECT seq FROM facts WHERE corpid = $1 AND suite_id = $2 AND payload <> '' LIMIT $3))
  RETURNING 1`

/** Empties up to `limit` payloads of a company's facts; returns how many. */
export const eraseFacts = async (
  query: Query,
  suiteId: string,
  corpid: string,
  limit: number,
): Promise<number> => (await query(eraseSql, [corpid, suiteId, limit])).length

const removeSql = `
  DELETE FROM facts WHERE seq = ANY (ARRAY(
    SELECT seq FROM facts WHERE corpid = $1 AND suite_id = $2 AND at <= $3 LIMIT $4))
  RETURNING 1`

/** Up to `limit` of what happened until then to a company with a suite goes; returns how many. */
export const removeFacts = async (
  query: Query,
  suiteId: string,
  corpid: string,
  until: number,
  limit: number,
): Promise<number> => (await query(removeSql, [corpid, suiteId, until, limit])).length

/** The latest of each type, or of each company: each of them one range of an index. */
const listSql = (column: 'type' | 'corpid') => `
  SELECT facts.* FROM (SELECT DISTINCT one FROM unnest($1::text[]) AS given (one)) AS given,
  LATERAL (
    SELECT ${columns} FROM facts
    WHERE ${column} = given.one AND (at, seq) < ($2, $3)
      AND ($4::text[] IS NULL OR type = ANY($4::text[]))
      AND ($5::text IS NULL OR suite_id = $5 OR ($6 AND suite_id IS NULL))
    ORDER BY facts.at DESC, facts.seq DESC LIMIT $7) AS facts
  ORDER BY at DESC, seq DESC LIMIT $7`

const byType = listSql('type')
const byCorpid = listSql('corpid')

/** A page of the facts that a query means, the latest first. */
const listFacts = async (query: Query, asked: FactQuery): Promise<Page<Fact>> => {
  const { types, suiteId = null, orNoSuite = false, corpids, limit } = asked
  const { at, seq } = placeBefore(asked.cursor)
  const rest = [suiteId, orNoSuite, limit + 1]
  const rows =
    corpids === undefined
      ? await query<FactRow>(byType, [texts(types), at, seq, null, ...rest])
      : await query<FactRow>(byCorpid, [texts(corpids), at, seq, texts(types), ...rest])
  return mapPage(pageOf(rows, limit, cursorAfterDated), factOfRow)
}

const stretchSql = `SELECT ${columns} FROM facts WHERE seq > $1 ORDER BY facts.seq LIMIT $2`

/** The next 500 facts, in the order in which they were added. */
const listAllFacts = async (query: Query, cursor: string | undefined): Promise<Page<Fact>> => {
  const rows = await query<FactRow>(stretchSql, [seqAfter(cursor), stretchLength + 1])
  return mapPage(stretchOf(rows), factOfRow)
}

const purgeSql = `
  DELETE FROM facts WHERE seq = ANY (ARRAY(
    SELECT seq FROM facts WHERE type = ANY($1::text[]) AND at < $2 LIMIT $3))
  RETURNING 1`

export const createPostgresFacts = (database: Database, run: Lifecycle['run']): Facts => {
  const { query, transaction } = database
  return {
    addFacts: (facts) =>
      run(() => transaction((inTransaction) => insertFacts(inTransaction, facts))),
    listFacts: (asked) => run(() => listFacts(query, asked)),
    listAllFacts: (cursor) => run(() => listAllFacts(query, cursor)),
    purgeFacts: (types, before) =>
      run(() =>
        exhaust(database, async (step, limit) => {
          return (await step(purgeSql, [texts(types), before, limit])).length
        }),
      ),
  }
}
