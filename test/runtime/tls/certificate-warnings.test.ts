import { describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dayMs, hourMs, minuteMs } from '../../../src/clock'
import { certificateWarnings } from '../../../src/runtime/tls/certificate-warnings'
import { readTlsFiles } from '../../../src/runtime/tls/tls-files'
import { createTlsState } from '../../../src/runtime/tls/tls-state'
import { reloadTlsFiles } from '../../../src/runtime/tls/tls-watch'
import { makeCertificate } from '../../binary/certificates'
import { createRecordingLog } from '../../store/recording-log'

const now = Date.UTC(2026, 10, 22)

const kindsWith = (validTo: number, validFrom = now - dayMs, problem: string | null = null) =>
  certificateWarnings({ validFrom, validTo, problem }, now).map(({ kind }) => kind)

describe('a certificate', () => {
  test.each([
    ['good for longer than 14 days', now + 14 * dayMs + 1, []],
    ['good for 14 days', now + 14 * dayMs, ['expires_soon']],
    ['good for an hour', now + hourMs, ['expires_soon']],
    ['that ends now', now, ['expired']],
    ['that ended a year ago', now - 365 * dayMs, ['expired']],
  ] as const)('%s: %s is warned of %j', (_, validTo, kinds) => {
    expect(kindsWith(validTo)).toEqual([...kinds])
  })

  test('that is not good yet is warned of', () => {
    expect(kindsWith(now + 90 * dayMs, now + 1)).toEqual(['not_yet'])
  })

  test('whose files can’t be used is warned of beside its age', () => {
    expect(kindsWith(now - 1, now - dayMs, 'it is torn')).toEqual(['expired', 'files'])
  })

  test('is told with how long and what to do', () => {
    const [warning] = certificateWarnings(
      { validFrom: now - dayMs, validTo: now - 3 * dayMs, problem: null },
      now,
    )
    expect(warning?.text).toContain('expired 3 days ago (2026-11-19 00:00 UTC)')
    expect(warning?.text).toContain('no restart is needed')
  })

  test('that there is none is no warning', () => {
    expect(certificateWarnings({ validFrom: null, validTo: null, problem: null }, now)).toEqual([])
  })
})

describe('as files change', () => {
  const folder = mkdtempSync(join(tmpdir(), 'suited-tls-'))
  const log = createRecordingLog()
  const warned = () => log.entries.filter(({ level }) => level === 'warn').length

  test('what is wrong is warned of until it is mended, with one line each', async () => {
    // Certificates begin at the second in which they are made, a little later.
    let at = Date.now() + minuteMs
    const state = createTlsState(() => at)
    const files = makeCertificate(folder, 'first')
    const watched = { listener: { reloadTls: () => void readTlsFiles(files) }, files, state, log }
    state.use(readTlsFiles(files).cert)
    expect(state.warnings()).toEqual([expect.stringContaining('expires in')])
    for (let i = 0; i < 3; i++) state.logNew(log)
    expect(warned()).toBe(1)

    await Bun.write(files.key, 'no key')
    reloadTlsFiles(watched)
    expect(state.warnings().join()).toContain('SUITED_TLS_KEY names a file without a key')
    for (let i = 0; i < 3; i++) state.logNew(log)
    expect(warned()).toBe(2)

    const other = makeCertificate(folder, 'second')
    reloadTlsFiles({ ...watched, files: other })
    expect(state.warnings()).toEqual([expect.stringContaining('expires in')])

    at += 3 * dayMs
    for (let i = 0; i < 3; i++) state.logNew(log)
    expect(state.warnings()).toEqual([expect.stringMatching(/expired 2[34] hours ago/)])
    expect(warned()).toBe(3)
    rmSync(folder, { recursive: true })
  })
})
