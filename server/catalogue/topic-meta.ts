import { and, eq, inArray, sql } from 'drizzle-orm'
import * as z from 'zod'
import type { Context } from '@/server/context'
import { topicMeta } from '@/server/store/schema/index'
import type { Database } from '@/server/store/types'

/** What people say about a topic; null is unsaid. */
export type TopicMeta = {
  owner: string | null
  description: string | null
  classification: string | null
  schema: string | null
  tags: string[]
  /** Grows with every change, for the optimistic lock; 0: nothing was ever said. */
  revision: number
}

export type SaidOfTopic = {
  owner?: string | null | undefined
  description?: string | null | undefined
  classification?: string | null | undefined
  schema?: string | null | undefined
  tags?: readonly string[] | undefined
}

export const NO_META: TopicMeta = {
  owner: null,
  description: null,
  classification: null,
  schema: null,
  tags: [],
  revision: 0,
}

const tagsSchema = z.array(z.string())

function toMeta(row: typeof topicMeta.$inferSelect): TopicMeta {
  const { owner, description, classification, schema, revision } = row
  return {
    owner,
    description,
    classification,
    schema,
    revision,
    tags: tagsSchema.parse(JSON.parse(row.tags)),
  }
}

/** Is anything said at all? */
export function hasMeta(said: SaidOfTopic): boolean {
  const { owner, description, classification, schema, tags } = said
  return [owner, description, classification, schema].some(text => text?.trim()) || (tags?.length ?? 0) > 0
}

/** All that is said about the topics of a cluster, or about these alone. */
export async function readTopicMeta(
  db: Pick<Database, 'select'>,
  cluster: string,
  topics?: readonly string[],
): Promise<Map<string, TopicMeta>> {
  if (topics?.length === 0) return new Map()
  const rows = await db
    .select()
    .from(topicMeta)
    .where(
      and(
        eq(topicMeta.cluster, cluster),
        topics === undefined ? undefined : inArray(topicMeta.topic, [...topics]),
      ),
    )
  return new Map(rows.map(row => [row.topic, toMeta(row)]))
}

const textOf = (text: string | null | undefined): string | null => text?.trim() || null

/**
 * Keeps what is said about a topic, in place of what was said before. With `revision` only over that
 * revision: answers null when somebody was faster. For the creation of a topic (direct or by request) and for
 * its page; the caller audits.
 */
export async function writeTopicMeta(
  ctx: Pick<Context, 'store' | 'actor' | 'clock'>,
  cluster: string,
  topic: string,
  said: SaidOfTopic,
  revision?: number,
): Promise<TopicMeta | null> {
  const row = {
    owner: textOf(said.owner),
    description: textOf(said.description),
    classification: textOf(said.classification),
    schema: textOf(said.schema),
    tags: JSON.stringify([...new Set(said.tags?.map(tag => tag.trim()).filter(tag => tag !== ''))]),
    by: ctx.actor.name,
    atMs: ctx.clock.now(),
  }
  const [written] = await ctx.store.db
    .insert(topicMeta)
    .values({ cluster, topic, ...row, revision: 1 })
    .onConflictDoUpdate({
      target: [topicMeta.cluster, topicMeta.topic],
      set: { ...row, revision: sql`${topicMeta.revision} + 1` },
      ...(revision === undefined ? {} : { setWhere: eq(topicMeta.revision, revision) }),
    })
    .returning()
  // A row that was never there is at revision 0: who thought it was at 3 has an old page.
  return written ? toMeta(written) : null
}
