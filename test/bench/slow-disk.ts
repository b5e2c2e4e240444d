/**
 * A disk whose fsync takes long, without root and without a line in suited: strace holds up the
 * process at every fsync, and lets all other calls pass untraced.
 */

export const fsyncMs = 20

const syncs = 'fsync,fdatasync'

/** The command under which a process has such a disk, or why there is none here. */
export const slowDisk = ():
  | { readonly under: readonly string[] }
  | { readonly under: null; readonly missing: string } => {
  const strace = Bun.which('strace')
  if (strace === null) return { under: null, missing: 'there is no strace here' }
  const under = [
    strace,
    // The tracer is the grandchild: the process that was started is suited itself.
    '-D',
    '-f',
    '--seccomp-bpf',
    '-qq',
    '-o',
    '/dev/null',
    '-e',
    `trace=${syncs}`,
    '-e',
    `inject=${syncs}:delay_enter=${fsyncMs * 1000}`,
  ]
  const works = Bun.spawnSync([...under, 'true'], { stdout: 'ignore', stderr: 'ignore' }).success
  return works ? { under } : { under: null, missing: 'strace may not trace here' }
}
