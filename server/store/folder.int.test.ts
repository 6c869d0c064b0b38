import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { verifyChain } from '@/server/audit/chain'
import { silentLogger } from '@/server/log'
import { lockFolder } from './folder-lock'
import { openStore } from './open-store'
import { auditEvent } from './schema/index'

const KILLS = Number(process.env.MILENA_KILLS ?? 5)

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'milena-store-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const open = (dataDir: string) => openStore({ databaseUrl: null, dataDir, log: silentLogger })

/** A process that writes rows and says each one that was acknowledged. */
function startWriter(from: number): {
  child: ChildProcess
  acknowledged: () => number
  opened: Promise<void>
} {
  const args = [
    '--import',
    './scripts/lib/alias-hooks.mjs',
    'server/store/write-until-killed.ts',
    dir,
    String(from),
  ]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let errors = ''
  child.stderr?.on('data', chunk => {
    errors += chunk
  })
  const opened = new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', chunk => {
      output += chunk
      if (output.startsWith('open\n')) resolve()
    })
    child.once('exit', () => reject(new Error(`the writer ended: ${errors}`)))
  })
  opened.catch(() => undefined)
  const acknowledged = () => {
    // Only whole lines: the last one may be cut by the kill.
    const lines = output
      .slice(0, output.lastIndexOf('\n') + 1)
      .trim()
      .split('\n')
    return Math.max(from - 1, Number(lines.at(-1)) || 0)
  }
  return { child, acknowledged, opened }
}

const ended = (child: ChildProcess) =>
  new Promise<void>(resolve => {
    if (child.exitCode !== null || child.signalCode !== null) resolve()
    else child.once('exit', () => resolve())
  })

describe('PGlite’s folder', () => {
  it(`keeps every acknowledged row through ${KILLS} kills`, {
    timeout: 60_000 + KILLS * 20_000,
  }, async () => {
    let next = 1
    for (let kill = 0; kill < KILLS; kill++) {
      const writer = startWriter(next)
      await writer.opened
      const wanted = next + 5
      await expect.poll(writer.acknowledged, { timeout: 20_000, interval: 5 }).toBeGreaterThan(wanted)
      await sleep(Math.random() * 40)
      writer.child.kill('SIGKILL')
      await ended(writer.child)
      await sleep(10) // what was in the pipe
      next = writer.acknowledged() + 1
      // A row may have been written whose acknowledgement was cut off: it is there too, under its number.
      const store = await open(dir)
      const rows = await store.db.select({ atMs: auditEvent.atMs }).from(auditEvent)
      const numbers = new Set(rows.map(row => row.atMs))
      const missing = Array.from({ length: next - 1 }, (_, i) => i + 1).filter(n => !numbers.has(n))
      expect(missing).toEqual([])
      expect(await verifyChain(store)).toEqual({ state: 'intact' })
      next = Math.max(...numbers) + 1
      await store.close()
    }
  })

  it('is made with all folders above it, and opens again with what was in it', async () => {
    const deep = join(dir, 'a', 'b', 'c')
    const first = await open(deep)
    const { installationId } = first
    expect(existsSync(join(deep, 'milena.lock'))).toBe(true)
    await first.close()
    await first.close()
    expect(existsSync(join(deep, 'milena.lock'))).toBe(false)
    const second = await open(deep)
    expect(second.installationId).toBe(installationId)
    await second.close()
  })

  it('is refused to a second process and to a second store of this one, with the pid', async () => {
    const writer = startWriter(1)
    await writer.opened
    await expect(open(dir)).rejects.toMatchObject({ code: 'STORE_LOCKED', params: { pid: writer.child.pid } })
    writer.child.kill('SIGKILL')
    await ended(writer.child)
    const store = await open(dir)
    await expect(open(dir)).rejects.toMatchObject({ code: 'STORE_LOCKED', params: { pid: process.pid } })
    await store.close()
  })

  it('says which folder cannot be written', async () => {
    const file = join(dir, 'file')
    writeFileSync(file, '')
    for (const folder of ['/proc/milena', join(file, 'below')]) {
      const refused = expect(open(folder)).rejects
      await refused.toMatchObject({ code: 'STORE_READ_ONLY', params: { folder: join(folder, 'store') } })
    }
  })

  it.skipIf(process.getuid?.() !== 0)(
    'is made on a disk that is too small, says so, and is made when there is room',
    async ctx => {
      const disk = join(dir, 'small')
      ctx.skip(!mountSmall(disk, '8m'), NO_MOUNT)
      try {
        await expect(open(disk)).rejects.toMatchObject({ code: 'STORE_FULL' })
        spawnSync('mount', ['-o', 'remount,size=128m', disk])
        await (await open(disk)).close()
      } finally {
        // Lazily: PGlite leaves files open that it failed with.
        spawnSync('umount', ['-l', disk])
      }
    },
  )

  it.skipIf(process.getuid?.() !== 0)(
    'answers STORE_FULL on a full disk, and the process lives',
    async ctx => {
      const disk = join(dir, 'disk')
      ctx.skip(!mountSmall(disk, '48m'), NO_MOUNT)
      try {
        const outcome = await fill(disk)
        expect(outcome).toMatchObject({ code: 'STORE_FULL' })
      } finally {
        spawnSync('umount', [disk])
      }
    },
  )
})

/** Root is not enough in every container. What could not be tried is reported as skipped, never as passed. */
const NO_MOUNT = 'nobody may mount a small disk here'

/** A file system of this size, so that it can really be full. */
function mountSmall(disk: string, size: string): boolean {
  mkdirSync(disk)
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk]).status === 0
}

/** Opens a store and writes until it fails; answers what it failed with. */
async function fill(disk: string): Promise<unknown> {
  let store: Awaited<ReturnType<typeof open>> | undefined
  try {
    store = await open(disk)
    for (let n = 1; n < 2000; n++) {
      await store.db.insert(auditEvent).values({
        seq: n,
        entry: `e${n}`,
        kind: 'intent',
        atMs: n,
        actor: 'a',
        actorKind: 'system',
        action: 'x',
        resource: 'x',
        requestId: 'r',
        details: Array.from({ length: 4000 }, () => Math.random().toString(36)).join(''),
        previousHash: '',
        hash: '',
      })
    }
    return 'never full'
  } catch (error) {
    return (await import('./errors')).toStoreError(error)
  } finally {
    await store?.close().catch(() => undefined)
  }
}

describe('the lock', () => {
  const lockFile = () => join(dir, 'milena.lock')
  const plant = (holder: object) => writeFileSync(lockFile(), JSON.stringify(holder))

  it.each([
    ['a process that is gone', () => ({ pid: 2 ** 22 + 1, started: '1' })],
    ['another process with the same pid', () => ({ pid: process.pid, started: 'long ago' })],
  ])('of %s is taken over at once', async (_, holder) => {
    const { hostname } = await import('node:os')
    plant({ ...holder(), host: hostname(), token: 'old' })
    const lock = await lockFolder(dir)
    expect(JSON.parse(readFileSync(lockFile(), 'utf8'))).toMatchObject({ pid: process.pid })
    lock.release()
    expect(existsSync(lockFile())).toBe(false)
  })

  it('goes to one of many that find it stale', async () => {
    const { hostname } = await import('node:os')
    plant({ pid: 2 ** 22 + 1, started: '1', host: hostname(), token: 'old' })
    const taken = await Promise.allSettled(Array.from({ length: 10 }, () => lockFolder(dir)))
    expect(taken.filter(result => result.status === 'fulfilled')).toHaveLength(1)
    for (const result of taken) if (result.status === 'fulfilled') result.value.release()
  })

  it('is not released by one that lost it', async () => {
    const lock = await lockFolder(dir)
    const others = JSON.stringify({ pid: 1, started: '', host: 'h', token: 'theirs' })
    writeFileSync(lockFile(), others)
    lock.release()
    expect(readFileSync(lockFile(), 'utf8')).toBe(others)
  })
})
