/**
 * What keeps the server small, read when a process begins. Young generations sized by the machine's memory
 * take 128 MiB a thread, and blocks that glibc keeps for later are never given back: 745 MiB after the bench
 * instead of some 530. docs/adr/0100.
 */
export const V8_FLAGS = ['--max-semi-space-size=16']
export const MALLOC = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
}

const DONE = 'MILENA_TUNED'

/**
 * Begins this program anew in its place, once: same pid, same standard streams. Where that can't be, it goes
 * on as it is.
 */
export function beginTuned() {
  const { env, execPath, execArgv, argv } = process
  if (env[DONE] || process.platform === 'win32' || typeof process.execve !== 'function') return
  // Whoever set something else knows why.
  const set = [env.NODE_OPTIONS ?? '', ...execArgv].join(' ')
  const flags = V8_FLAGS.filter(flag => !set.includes(flag.slice(0, flag.indexOf('='))))
  process.execve(execPath, [execPath, ...flags, ...execArgv, ...argv.slice(1)], {
    ...MALLOC,
    ...env,
    [DONE]: '1',
  })
}
