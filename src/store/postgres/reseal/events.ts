/** The secrets of events sealed anew, but for those that somebody changed meanwhile. */
import { bodyPlace, outgoingPlace, pendingSecretPlace } from '../../driver/sealed-events'
import type { Place, Sealing } from '../../driver/sealing'
import { bytesOf, bytesOrNull, textIn } from '../connection/bytes'
import { blobs, type Database, integers } from '../connection/database'
import { type LeftOut, type Resealed, resealedText } from './left-out'

const atOnce = 200

interface EventSecrets {
  readonly seq: number
  readonly id: string
  readonly body: Uint8Array
  readonly kept: Uint8Array | null
  readonly outgoing: Uint8Array | null
}

const eventsSql = `
  SELECT seq::float8 AS seq, id, body, kept, outgoing FROM events e
  WHERE e.seq > $1 ORDER BY e.seq LIMIT ${atOnce}`

const replaceSql = `
  UPDATE events e SET body = g.body, kept = g.kept, outgoing = g.outgoing
  FROM unnest($1::bigint[], $2::bytea[], $3::bytea[], $4::bytea[], $5::bytea[], $6::bytea[],
              $7::bytea[]) AS g (seq, body, kept, outgoing, was_body, was_kept, was_outgoing)
  WHERE e.seq = g.seq AND e.body = g.was_body AND e.kept IS NOT DISTINCT FROM g.was_kept
    AND e.outgoing IS NOT DISTINCT FROM g.was_outgoing
  RETURNING 1`

/** What stands there now, and what is to. */
interface Change {
  readonly row: EventSecrets
  readonly body: string
  readonly kept: string | null
  readonly outgoing: string | null
}

export const resealEvents = async (
  { query }: Pick<Database, 'query'>,
  sealing: Sealing,
): Promise<Resealed> => {
  let rewritten = 0
  const leftOut: LeftOut[] = []

  /** Null: nothing of it has to change. */
  const changeOf = (row: EventSecrets): Change | null => {
    let isChanged = false
    const anew = (name: string, bytes: Uint8Array, place: Place): string => {
      const text = textIn(bytes)
      const resealed = resealedText(sealing, text, place)
      if ('problem' in resealed) {
        leftOut.push({ row: `events/${row.id}`, problem: `${name} ${resealed.problem}` })
        return text
      }
      if (resealed.text !== text) isChanged = true
      return resealed.text
    }
    const { id } = row
    const body = anew('its body', row.body, bodyPlace(id))
    const kept = row.kept && anew('what is kept beside it', row.kept, pendingSecretPlace(id))
    const outgoing = row.outgoing && anew('what is sent of it', row.outgoing, outgoingPlace(id))
    return isChanged ? { row, body, kept, outgoing } : null
  }

  let after = 0
  for (;;) {
    const stretch = await query<EventSecrets>(eventsSql, [after])
    const changes = stretch.flatMap((row) => changeOf(row) ?? [])
    if (changes.length > 0) {
      const replaced = await query(replaceSql, [
        integers(changes.map(({ row }) => row.seq)),
        blobs(changes.map(({ body }) => bytesOf(body))),
        blobs(changes.map(({ kept }) => bytesOrNull(kept))),
        blobs(changes.map(({ outgoing }) => bytesOrNull(outgoing))),
        blobs(changes.map(({ row }) => row.body)),
        blobs(changes.map(({ row }) => row.kept)),
        blobs(changes.map(({ row }) => row.outgoing)),
      ])
      rewritten += replaced.length
    }
    const last = stretch.at(-1)
    if (!last || stretch.length < atOnce) return { rewritten, leftOut }
    after = last.seq
  }
}
