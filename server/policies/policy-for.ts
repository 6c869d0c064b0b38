import { desc, eq, inArray, max } from 'drizzle-orm'
import { type PolicySpec, policySpec } from '@/lib/contracts/policy-spec'
import type { Catalogue } from '@/lib/naming-policy/catalogue'
import { DEFAULT_SPEC } from '@/lib/naming-policy/default-spec'
import { compilePolicy, type NamingPolicy } from '@/lib/naming-policy/policy'
import type { Context } from '@/server/context'
import { toStoreError } from '@/server/store/errors'
import { catalogueEntry, policyVersion, setting } from '@/server/store/schema/index'
import type { Database, Store } from '@/server/store/types'

export const DEFAULT_SCOPE = '*'
export const CATALOGUE_REVISION = 'catalogue.revision'

export type PolicyRow = typeof policyVersion.$inferSelect

/** The policy that holds on a cluster now. */
export type ActivePolicy = {
  /** Names the stored policy over all clusters; 0: the built-in default. What a request keeps at submission. */
  version: number
  scope: 'built-in' | 'default' | 'cluster'
  policy: NamingPolicy
  /** The stored row; null for the built-in default. */
  row: PolicyRow | null
}

type Asked = Pick<Context, 'store' | 'config'>
type Loaded = {
  atMs: number
  rows: Map<string, PolicyRow>
  catalogueRevision: string
  catalogue: Catalogue
  /** By cluster; kept while version, catalogue and environment stay, since caches hang on the object. */
  compiled: Map<string, { key: string; active: ActivePolicy }>
}

/** A check while typing asks the store at most so often; what decides asks with `fresh`. */
const MAX_AGE_MS = 1000
const loaded = new WeakMap<Store, Loaded>()
const loading = new WeakMap<Store, Promise<Loaded>>()

/**
 * The policy of a cluster with its version and the catalogue: the cluster's own, else the installation's
 * default, else the built-in one. `fresh` reads the store now (submission, apply, creation); without it the
 * answer may be a second old, and stands when the store is down. Throws STORE_*.
 */
export async function policyFor(
  ctx: Asked,
  cluster: string,
  options: { fresh?: boolean } = {},
): Promise<ActivePolicy> {
  return activeOf(await load(ctx.store, options.fresh ?? false), ctx, cluster)
}

/**
 * The same for lists, which must not fail over it: the last known policy, or the built-in one, when the store
 * does not answer.
 */
export async function policyForReading(ctx: Asked, cluster: string): Promise<ActivePolicy> {
  try {
    return await policyFor(ctx, cluster)
  } catch {
    const environment = environmentOf(ctx, cluster)
    return { version: 0, scope: 'built-in', row: null, policy: fallback(environment) }
  }
}

const fallbacks = new Map<string, NamingPolicy>()

function fallback(environment: 'prod' | 'stg' | 'dev'): NamingPolicy {
  const known = fallbacks.get(environment)
  if (known) return known
  const made = compilePolicy(DEFAULT_SPEC, { environment })
  fallbacks.set(environment, made)
  return made
}

/** Forgets what is remembered: after a write, so that the writer sees it. */
export function forgetPolicies(store: Store): void {
  const known = loaded.get(store)
  if (known) known.atMs = Number.NEGATIVE_INFINITY
}

function environmentOf(ctx: Asked, cluster: string) {
  return ctx.config.clusters.find(one => one.id === cluster)?.environment ?? 'dev'
}

function activeOf(from: Loaded, ctx: Asked, cluster: string): ActivePolicy {
  const own = from.rows.get(cluster)
  const row = own?.spec != null ? own : (from.rows.get(DEFAULT_SCOPE) ?? null)
  const environment = environmentOf(ctx, cluster)
  const version = row?.spec == null ? 0 : row.version
  const key = `${version} ${from.catalogueRevision} ${environment}`
  const known = from.compiled.get(cluster)
  if (known?.key === key) return known.active
  const spec = row?.spec == null ? DEFAULT_SPEC : policySpec.parse(JSON.parse(row.spec))
  const active: ActivePolicy = {
    version,
    scope: version === 0 ? 'built-in' : row?.scope === DEFAULT_SCOPE ? 'default' : 'cluster',
    policy: compilePolicy(spec, { version, environment, catalogue: from.catalogue }),
    row: version === 0 ? null : row,
  }
  from.compiled.set(cluster, { key, active })
  return active
}

async function load(store: Store, fresh: boolean): Promise<Loaded> {
  const known = loaded.get(store)
  if (!fresh && known && performance.now() - known.atMs < MAX_AGE_MS) return known
  // A fresh look must have begun after it was asked for: it does not join one that is under way.
  const running = fresh ? undefined : loading.get(store)
  if (running) return running
  const read = readAll(store, known)
  if (!fresh) loading.set(store, read)
  try {
    const now = await read
    loaded.set(store, now)
    return now
  } catch (error) {
    if (!fresh && known) return known
    throw toStoreError(error)
  } finally {
    if (loading.get(store) === read) loading.delete(store)
  }
}

async function readAll(store: Store, known: Loaded | undefined): Promise<Loaded> {
  const atMs = performance.now()
  const { db } = store
  const newest = db
    .select({ version: max(policyVersion.version) })
    .from(policyVersion)
    .groupBy(policyVersion.scope)
  const [rows, [revision]] = [
    await db.select().from(policyVersion).where(inArray(policyVersion.version, newest)),
    await db.select().from(setting).where(eq(setting.key, CATALOGUE_REVISION)),
  ]
  const catalogueRevision = revision?.value ?? ''
  const isSame = known !== undefined && known.catalogueRevision === catalogueRevision
  return {
    atMs,
    rows: new Map(rows.map(row => [row.scope, row])),
    catalogueRevision,
    catalogue: isSame ? known.catalogue : await readCatalogue(db),
    compiled: known?.compiled ?? new Map(),
  }
}

async function readCatalogue(db: Database): Promise<Catalogue> {
  const rows = await db.select().from(catalogueEntry).orderBy(desc(catalogueEntry.kind), catalogueEntry.name)
  return {
    domains: rows.filter(row => row.kind === 'domain'),
    services: rows.filter(row => row.kind === 'service'),
    owners: rows.filter(row => row.kind === 'owner'),
  }
}

/**
 * The newest version of the default and of the cluster's own policy, for the optimistic lock; 0: there never
 * was one.
 */
export async function basesOf(ctx: Asked, cluster: string): Promise<{ default: number; cluster: number }> {
  const { rows } = await load(ctx.store, false)
  return { default: rows.get(DEFAULT_SCOPE)?.version ?? 0, cluster: rows.get(cluster)?.version ?? 0 }
}

/**
 * The newest row of one scope as it was loaded last, its policy parsed; null: there never was one. Call
 * `policyFor` fresh before.
 */
export async function readScope(
  ctx: Asked,
  scope: string,
): Promise<{ version: number; spec: PolicySpec | null; source: PolicyRow['source'] } | null> {
  const { rows } = await load(ctx.store, false)
  const row = rows.get(scope)
  if (!row) return null
  const spec = row.spec === null ? null : policySpec.parse(JSON.parse(row.spec))
  return { version: row.version, spec, source: row.source }
}

/** Does the configuration file say what the policy of this scope is? Then it is edited there. */
export function isManaged({ config }: Pick<Context, 'config'>, scope: string): boolean {
  return scope === DEFAULT_SCOPE
    ? config.policies.default !== null
    : Object.hasOwn(config.policies.clusters, scope)
}
