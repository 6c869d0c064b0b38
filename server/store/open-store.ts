import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { eq, sql } from 'drizzle-orm'
import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres'
import { migrate as migratePg } from 'drizzle-orm/node-postgres/migrator'
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite'
import { migrate as migratePglite } from 'drizzle-orm/pglite/migrator'
import { Pool } from 'pg'
import { AppError } from '@/lib/errors'
import { makeFolder } from '@/server/config/make-folder'
import type { Logger } from '@/server/log'
import { toStoreError } from './errors'
import { lockFolder } from './folder-lock'
import { pgliteBytes } from './pglite-bytes'
import * as schema from './schema/index'
import type { Database, Store } from './types'

/** Below the work folder: the standalone server changes into its own folder, where the build puts them. */
const MIGRATIONS = join(process.cwd(), 'server', 'store', 'migrations')
const MIGRATION_LOCK = 7_305_214_001
const CONNECT_MS = 5000
const STATEMENT_MS = 15_000

/**
 * Our few megabytes of state need no 128 MiB of buffers: these settings save 140 MB of memory (312 → 170 MB,
 * measured).
 */
const START = [
  ...PGlite.defaultStartParams,
  ...['shared_buffers=16MB', 'wal_buffers=1MB', 'max_connections=10', 'max_wal_size=64MB'].flatMap(s => [
    '-c',
    s,
  ]),
]
const PGLITE = { startParams: START, ...pgliteBytes }

export type StoreOptions = {
  /** PostgreSQL; null: PGlite. */
  databaseUrl: string | null
  /** PGlite's files stand in `<dataDir>/store`; null: in memory, for tests. */
  dataDir: string | null
  /** A dump (PGlite's `dumpDataDir`) that a store in memory begins with; what it lacks is migrated. */
  loadDataDir?: Blob | undefined
  log: Logger
}

/**
 * Opens the store and brings its schema up to date, one process at a time. Throws STORE_LOCKED (another
 * process has the folder), STORE_READ_ONLY, STORE_FULL or STORE_UNAVAILABLE; the cause holds the driver's
 * words.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  try {
    return options.databaseUrl === null
      ? await openPglite(options)
      : await openPostgres(options.databaseUrl, options.log)
  } catch (error) {
    throw toStoreError(error)
  }
}

async function openPglite({ dataDir, loadDataDir, log }: StoreOptions): Promise<Store> {
  if (dataDir === null) {
    const client = new PGlite({ ...PGLITE, ...(loadDataDir && { loadDataDir }) })
    return makePglite(client, () => undefined)
  }
  const folder = join(dataDir, 'store')
  makeFolder(folder) // PGlite makes its own, but none above it
  const lock = await lockFolder(dataDir)
  try {
    const client = new PGlite(folder, PGLITE)
    return await makePglite(client, () => lock.release())
  } catch (error) {
    lock.release()
    log.error({ err: error }, 'the data folder could not be opened')
    throw error
  }
}

async function makePglite(client: PGlite, release: () => void): Promise<Store> {
  await client.waitReady
  const drizzled = drizzlePglite(client, { schema })
  try {
    await migratePglite(drizzled, { migrationsFolder: MIGRATIONS })
  } catch (error) {
    await client.close()
    throw error
  }
  // Both drivers answer `{rows}`; only the name of the result type differs, and drizzle has no common one.
  const db = drizzled as unknown as Database
  let closing: Promise<void> | undefined
  return finish(db, 'pglite', () => {
    closing ??= client.close().finally(release)
    return closing
  })
}

async function openPostgres(url: string, log: Logger): Promise<Store> {
  const pool = new Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: 'milena',
  })
  // A connection that breaks while idle: without a listener it would end the process.
  pool.on('error', error => log.warn({ err: error }, 'an idle connection to the database broke'))
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= pool.end()
    return closing
  }
  try {
    await migratePostgres(pool)
    return await finish(drizzlePg(pool, { schema }), 'postgres', close)
  } catch (error) {
    await close()
    throw error
  }
}

/** Replicas that start together wait here for the one that migrates. */
async function migratePostgres(pool: Pool): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('SET statement_timeout = 0')
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK])
    try {
      await migratePg(drizzlePg(client), { migrationsFolder: MIGRATIONS })
    } finally {
      await client.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK])
    }
  } finally {
    client.release(true)
  }
}

async function finish(db: Database, dialect: Store['dialect'], close: () => Promise<void>): Promise<Store> {
  const installationId = await installation(db)
  return {
    db,
    dialect,
    installationId,
    close,
    async ping() {
      try {
        await db.execute(sql`select 1`)
      } catch (error) {
        throw toStoreError(error)
      }
    },
  }
}

async function installation(db: Database): Promise<string> {
  const key = 'installation.id'
  const fresh = randomUUID().replaceAll('-', '').slice(0, 12)
  await db
    .insert(schema.setting)
    .values({ key, value: JSON.stringify(fresh) })
    .onConflictDoNothing()
  const [row] = await db.select().from(schema.setting).where(eq(schema.setting.key, key))
  const id: unknown = row ? JSON.parse(row.value) : undefined
  if (typeof id !== 'string') throw new AppError('STORE_UNAVAILABLE')
  return id
}
