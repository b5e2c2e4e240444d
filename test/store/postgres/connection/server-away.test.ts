import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { chmod, chown, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { distrustOf } from '../../../../src/store/postgres/connection/failure'
import { type CertificateFiles, makeCertificate } from '../../../binary/certificates'
import { describeWithTool } from '../../../optional-tool'
import { findPostgres, type PostgresServer, startPostgres } from '../../../postgres/server'
import { timed, usePools } from './pool-bench'

describeWithTool('PostgreSQL', findPostgres, 'a server of one’s own', (bin) => {
  const openPool = usePools()
  let server: PostgresServer
  let folder: string
  let own: CertificateFiles

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pg-tls-'))
    own = makeCertificate(folder, 'localhost')
    server = await startPostgres(bin, { durable: false })
    const { uid, gid } = await stat(server.dir)
    const database = openPool(server.urlOf('postgres'), 1)
    for (const [name, path] of Object.entries(own)) {
      const there = join(server.dir, `${name}.pem`)
      await Bun.write(there, Bun.file(path), { mode: 0o600 })
      await chmod(there, 0o600)
      await chown(there, uid, gid)
      await database.query(`ALTER SYSTEM SET ssl_${name}_file = '${there}'`)
    }
    await database.query('ALTER SYSTEM SET ssl = on')
    await database.query('SELECT pg_reload_conf()')
    await database.close()
  }, 60_000)
  afterAll(async () => {
    await server.remove()
    await rm(folder, { recursive: true })
  }, 60_000)

  test('that is stopped at once rejects what is under way, and is back by itself', async () => {
    const database = openPool(server.urlOf('postgres'), 4)
    const heard: string[] = []
    const endListening = await database.listen('suited', (payload) => heard.push(payload))
    const underWay = Array.from({ length: 40 }, () => timed(database.query('SELECT pg_sleep(2)')))
    await database.query('SELECT 1', [], { withinMs: 10 }).catch(() => undefined)
    const stopping = server.stop('immediate')
    const stoppedAt = performance.now()
    for (const { outcome } of await Promise.all(underWay)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'store_unavailable' } })
    }
    expect(performance.now() - stoppedAt).toBeLessThan(1000)
    await stopping

    const away = await timed(database.query('SELECT 1'))
    expect(away.outcome).toMatchObject({ reason: { code: 'store_unavailable' } })
    expect(away.ms).toBeLessThan(1000)

    await server.start()
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
    const from = performance.now()
    while (heard.length === 0 && performance.now() - from < 20_000) {
      await database.query("SELECT pg_notify('suited', 'back')")
      await Bun.sleep(50)
    }
    expect(heard[0]).toBe('back')
    await endListening()
  }, 60_000)

  describe('over TLS', () => {
    const isEncrypted = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()'
    const ask = (host: string, parameters: string) =>
      openPool(`postgres://suited@${host}:${server.port}/postgres?${parameters}`, 1).query<{
        ssl: boolean
      }>(isEncrypted)

    test('is used where it proves who it is', async () => {
      const parameters = `sslmode=verify-full&sslrootcert=${encodeURIComponent(own.cert)}`
      expect(await ask('localhost', parameters)).toEqual([{ ssl: true }])
    })

    /** Why it wasn't trusted. */
    const distrust = async (host: string, parameters: string) => {
      const failure: unknown = await ask(host, parameters).catch((error: unknown) => error)
      expect(failure).toMatchObject({ code: 'store_unavailable' })
      return distrustOf((failure as Error).cause)
    }

    test('is refused where nobody vouches for it, or for its name', async () => {
      const { cert } = makeCertificate(await mkdtemp(join(folder, 'other-')), 'localhost')
      const rootOf = (file: string) => `sslmode=verify-full&sslrootcert=${encodeURIComponent(file)}`
      expect(await distrust('localhost', rootOf(cert))).toBe('DEPTH_ZERO_SELF_SIGNED_CERT')
      expect(await distrust('localhost', 'sslmode=verify-full')).not.toBeNull()
      expect(await distrust('localhost', rootOf(join(folder, 'none.pem')))).not.toBeNull()
      expect(await distrust('[::ffff:127.0.0.1]', rootOf(own.cert))).not.toBeNull()
    })

    test('is refused whatever the environment says of all certificates', async () => {
      process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
      try {
        expect(await distrust('localhost', 'sslmode=verify-full')).not.toBeNull()
      } finally {
        delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
      }
    })

    test('is used without a proof where that is all that is asked for', async () => {
      expect(await ask('127.0.0.1', 'sslmode=require')).toEqual([{ ssl: true }])
      expect(await ask('127.0.0.1', 'sslmode=disable')).toEqual([{ ssl: false }])
    })
  })
})
