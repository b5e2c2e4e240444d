/** Companies and events by the number, as a provider has them after a while. */
import { startMs } from '../../conformance/bench'

export interface Amounts {
  readonly companies: number
  readonly events: number
}

/**
 * Statements that fill empty tables: most events are one suite's and done; of the latest some wait
 * for our work, some to be dispatched; some deliveries wait or are dead.
 */
export const fillings = ({ companies, events }: Amounts): readonly string[] => {
  const at = `${startMs}::bigint + n::bigint * 100`
  const waits = `n > ${events} * 0.99 AND n % 100 = 1`
  return [
    `INSERT INTO corps (suite_id, corpid, record, version, status, name, folded, agentid,
                        authorized_at, has_code, status_at, recheck_at, refresh_at)
     SELECT 'wwBig', 'wpCorp' || n, '{}', n,
       CASE WHEN n % 50 = 0 THEN 'suspended' ELSE 'authorized' END, 'name ' || n, 'name ' || n, 1,
       ${at}, true, ${startMs}, CASE WHEN n % 50 = 0 THEN ${at} END, ${at}
     FROM generate_series(1, ${companies}) AS n`,
    `INSERT INTO events (id, suite_id, corpid, source, type, received_at, body, status, attempts,
                         next_attempt_at, dispatch_at)
     SELECT 'event-of-' || n,
       CASE WHEN n % 50 = 0 THEN NULL WHEN n % 997 = 0 THEN 'wwSmall' ELSE 'wwBig' END,
       'wpCorp' || (n::bigint * 7919 % ${companies}), 'data',
       CASE WHEN n % 1000 = 0 THEN 'create_auth' WHEN n % 10 < 3 THEN 'change_contact'
            WHEN n % 10 < 6 THEN 'text' ELSE 'change_external_contact' END,
       ${at}, 'body',
       CASE WHEN n % 5000 = 0 THEN 'dead' WHEN ${waits} THEN 'pending' ELSE 'done' END, 0,
       CASE WHEN ${waits} THEN ${at} END, CASE WHEN n > ${events} * 0.9999 THEN ${at} END
     FROM generate_series(1, ${events}) AS n`,
    `INSERT INTO identities (identity, seen_at)
     SELECT 'identity-of-' || n, ${at}
     FROM generate_series(${Math.floor(events * 0.8)}, ${events}) AS n`,
    `INSERT INTO deliveries (event_seq, endpoint, corpid, ordered, waits, status, next_attempt_at,
                             dispatched_at)
     SELECT seq, 'c', coalesce(corpid, ''), false, false,
       CASE seq % 1000 WHEN 3 THEN 'pending' WHEN 4 THEN 'dead' ELSE 'done' END,
       CASE WHEN seq % 1000 = 3 THEN received_at END, received_at
     FROM events WHERE seq > ${events} * 0.8`,
    `INSERT INTO attempts (event_id, suite_id, corpid, endpoint, at, duration_ms, answer)
     SELECT id, suite_id, corpid, 'c', received_at, 1, ''
     FROM events WHERE seq > ${events} * 0.9`,
    `INSERT INTO facts (id, suite_id, corpid, type, at, payload)
     SELECT id, suite_id, corpid, type, received_at, '{}' FROM events WHERE type = 'create_auth'`,
    `INSERT INTO audit (id, at, actor_kind, action, corpid, status)
     SELECT 'audit-' || n, ${at}, 'command', 'corp.access_token', 'wpCorp' || n, 200
     FROM generate_series(1, ${companies}) AS n`,
    'ANALYZE',
  ]
}
