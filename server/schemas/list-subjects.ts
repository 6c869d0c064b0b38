import type { OutputOf } from '@/lib/contracts/endpoint'
import { schemas } from '@/lib/contracts/schemas'
import { AppError, toAppError } from '@/lib/errors'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { readCompatibility } from './read-compatibility'
import { toRegistryError } from './registry-errors'
import { registryOf } from './registry-of'
import type { SchemaRegistry } from './schema-registry'
import { usesOf } from './topic-of-subject'

type Row = OutputOf<typeof schemas.list>['items'][number]

/**
 * Subjects by name. The registry's list has names only: what stands in a row is asked for the rows of this
 * page alone, and a subject that can't be read is a row with its problem.
 */
export const listSubjects = verb(schemas.list, async (ctx, input) => {
  authorise(ctx, 'schema.read', { cluster: input.cluster })
  const registry = registryOf(ctx, input.cluster)
  const all = await registry.subjects().catch(toRegistryError)
  const query = input.query?.toLowerCase() ?? ''
  const matching = all.filter(subject => subject.toLowerCase().includes(query)).sort(byName)
  const after = input.cursor === undefined ? null : readCursor(input.cursor)
  // By name, not by number: subjects that come or go meanwhile shift nothing.
  const from = after === null ? 0 : lowerBound(matching, after)
  const shown = matching.slice(from, from + input.limit)
  const [uses, compatibility, rows] = await Promise.all([
    usesOf(ctx, input.cluster, shown),
    readCompatibility(registry, null),
    Promise.all(shown.map(subject => readRow(registry, subject))),
  ])
  const last = matching[from + input.limit]
  const before = from > 0 ? matching[Math.max(0, from - input.limit)] : undefined
  return {
    items: rows.map(row => ({ ...row, usedBy: uses.get(row.subject) ?? null })),
    next: last === undefined ? null : writeCursor(last),
    previous: before === undefined ? null : writeCursor(before),
    total: all.length,
    matched: matching.length,
    sampledAt: new Date(ctx.clock.now()).toISOString(),
    compatibility,
  }
})

async function readRow(registry: SchemaRegistry, subject: string): Promise<Omit<Row, 'usedBy'>> {
  try {
    const { schemaType, version, id } = await registry.version(subject, 'latest').catch(toRegistryError)
    return { subject, kind: schemaType, latest: version, id, problem: null }
  } catch (thrown) {
    return {
      subject,
      kind: null,
      latest: null,
      id: null,
      problem: { scope: subject, code: toAppError(thrown).code },
    }
  }
}

function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function lowerBound(sorted: readonly string[], name: string): number {
  const found = sorted.findIndex(one => one >= name)
  return found < 0 ? sorted.length : found
}

function writeCursor(name: string): string {
  return Buffer.from(name).toString('base64url')
}

function readCursor(cursor: string): string {
  if (!/^[A-Za-z0-9_-]+$/.test(cursor)) throw new AppError('CURSOR_INVALID')
  return Buffer.from(cursor, 'base64url').toString('utf8')
}
