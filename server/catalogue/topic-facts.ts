import { and, eq } from 'drizzle-orm'
import { catalogue } from '@/lib/contracts/catalogue'
import { AppError } from '@/lib/errors'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import { policyFor } from '@/server/policies/policy-for'
import { toStoreError } from '@/server/store/errors'
import { catalogueEntry } from '@/server/store/schema/index'
import { NO_META, readTopicMeta, writeTopicMeta } from './topic-meta'

/**
 * What people say about a topic, and where its team is reached. A topic that nobody said anything about has
 * revision 0.
 */
export const getTopicFacts = verb(catalogue.topicMeta, async (ctx, input) => {
  authorise(ctx, 'topic.read', { cluster: input.cluster, topic: input.topic })
  ctx.clusters.get(input.cluster)
  try {
    const said = await readTopicMeta(ctx.store.db, input.cluster, [input.topic])
    const meta = said.get(input.topic) ?? NO_META
    return { ...meta, team: await teamOf(ctx, meta.owner) }
  } catch (error) {
    throw toStoreError(error)
  }
})

/**
 * Says who owns a topic and what it is. Throws INPUT_INVALID (a classification that the policy does not have,
 * a team that is not registered while there are registered ones), REVISION_STALE.
 */
export const putTopicFacts = verb(catalogue.putTopicMeta, async (ctx, input) => {
  const { cluster, topic, revision, ...said } = input
  authorise(ctx, 'catalogue.write', { cluster, topic })
  ctx.clusters.get(cluster)
  const { policy } = await policyFor(ctx, cluster, { fresh: true })
  const { owners } = policy.catalogue
  const owner = said.owner?.trim() ?? ''
  if (owner !== '' && owners.length > 0 && !owners.some(one => one.name === owner))
    throw refused('owner', 'OWNER_UNKNOWN', 'is no registered team')
  const classification = said.classification?.trim() ?? ''
  if (classification !== '' && !policy.spec.classifications.includes(classification))
    throw refused('classification', 'OPTION', `must be one of ${policy.spec.classifications.join(', ')}`)
  const subject = {
    action: 'topic.describe',
    cluster,
    resource: `topic:${topic}`,
    details: { ...said, revision },
  }
  return audited(ctx, subject, async () => {
    const meta = await writeTopicMeta(ctx, cluster, topic, said, revision)
    if (!meta) throw new AppError('REVISION_STALE')
    return meta
  })
})

async function teamOf(ctx: Context, owner: string | null) {
  if (owner === null) return null
  const [team] = await ctx.store.db
    .select({ contact: catalogueEntry.contact, slackChannel: catalogueEntry.slackChannel })
    .from(catalogueEntry)
    .where(and(eq(catalogueEntry.kind, 'owner'), eq(catalogueEntry.name, owner)))
  return team ?? null
}

function refused(path: string, code: string, message: string): AppError {
  return new AppError('INPUT_INVALID', { fields: [{ path, code, message }] })
}
