import { type RequestReview, requests } from '@/lib/contracts/requests'
import { AppError } from '@/lib/errors'
import { domainOf } from '@/lib/naming-policy/check-name'
import { approvalsFor, withProposals } from '@/lib/naming-policy/policy'
import { type ChangedLine, configLines } from '@/lib/request-lines'
import { audited } from '@/server/audit/audited'
import { readTopicMeta } from '@/server/catalogue/topic-meta'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import { forgetPendingNames } from '@/server/names/pending-names'
import { enqueueNotice } from '@/server/outbox/enqueue'
import { policyFor } from '@/server/policies/policy-for'
import { topicRequest } from '@/server/store/schema/index'
import { usersOf } from '@/server/topic-changes/topic-usage'
import { addEvent, isDuplicate, openAlready } from './move-request'
import { noticeOf } from './notice-of'
import { expiryOf, findRequest, openKeyOf, type StoredRequest, toRow, type Via } from './request-store'
import { type Asked, blankReview, reviewChange } from './review-request'
import { authoriseFiling, isOwn, personOf } from './rights'
import { checkRoomForRequest } from './room'
import { lackingOf, wantedOf } from './wanted'

/**
 * Files a request: held against policy and broker first, as if it were applied now. A draft may hold anything, and is
 * checked when it is filed. Throws INPUT_INVALID,
 * NAME_POLICY_VIOLATION, LIMIT_POLICY_VIOLATION, TOPIC_*, what the broker refuses, REQUEST_OPEN when there is
 * one already, RATE_LIMITED.
 */
export const fileRequest = verb(requests.file, async (ctx, input) => {
  const { cluster, topic, kind, draft, dryRun } = input
  authoriseFiling(ctx, { cluster, topic, kind })
  ctx.clusters.get(cluster)
  const change = wantedOf({ topic, kind, draft }, input)
  const replaced = input.replaces === undefined ? null : await findRequest(ctx, cluster, input.replaces)
  // Only one's own: another's would tell what others ask for.
  const asked: Asked = {
    cluster,
    topic,
    kind,
    change,
    ...(dryRun && replaced && isOwn(ctx, replaced) ? { id: String(replaced.id) } : {}),
  }
  const reviewed = draft ? await reviewDraft(ctx, asked) : await reviewChange(ctx, asked)
  if (!draft && reviewed?.refusal) throw reviewed.refusal
  const review = reviewed?.review ?? blankReview(ctx)
  if (dryRun) return { request: null, review }
  await checkRoomForRequest(ctx)
  const facts = await requestFacts(ctx, asked)
  const row = await audited(
    ctx,
    {
      action: draft ? 'request.draft' : 'request.file',
      cluster,
      resource: topic === '' ? 'requests' : `topic:${topic}`,
      reason: input.purpose ?? null,
      details: { topic, kind, ...change, policyVersion: facts.policyVersion, ...usedByIn(review) },
    },
    () =>
      insert(ctx, asked, {
        ...facts,
        purpose: input.purpose ?? null,
        links: input.links ?? [],
        draft,
        topicId: reviewed?.topicId ?? null,
        users: draft ? null : filedUsers(review),
        via: viaOf(ctx),
        changes: draft ? [] : reviewLines(review),
      }),
    made => ({ request: String(made.id) }),
  )
  return { request: toRow(row), review }
})

/** A draft keeps whatever was typed: what can be said of it already helps, and holds up nothing. */
const reviewDraft = (ctx: Context, asked: Asked) =>
  lackingOf(asked.topic, asked.kind, asked.change).length > 0
    ? null
    : reviewChange(ctx, asked).catch(() => null)

/** Who loses the topic by a deletion, for its audit row. */
export const usedByIn = ({ usage }: Pick<RequestReview, 'usage'>) =>
  usage?.inUse ? { usedBy: usersOf(usage) } : {}

/** The same for the request itself, nobody included; null: not a deletion. */
export const filedUsers = ({ usage }: Pick<RequestReview, 'usage'>): string | null =>
  usage ? JSON.stringify({ filed: usersOf(usage) }) : null

/** What a review says of the cluster: how it is, and how it would be. */
export const reviewLines = ({ diff, configs }: RequestReview): ChangedLine[] => [
  ...diff,
  ...configLines(configs),
]

/** By which door an API call came. */
export const viaOf = (ctx: Pick<Context, 'actor'>): Via => (ctx.actor.kind === 'token' ? 'api' : 'console')

/** What the policy of now says about who must approve, and whose topic it is. */
export async function requestFacts(ctx: Context, { cluster, topic, kind, change }: Asked) {
  const stored = await policyFor(ctx, cluster, { fresh: true })
  const { version } = stored
  const policy = withProposals(stored.policy, change.propose ?? [])
  const domain = domainOf(policy, topic)
  const said = kind === 'create' ? null : (await readTopicMeta(ctx.store.db, cluster, [topic])).get(topic)
  return {
    domain,
    policyVersion: version,
    approvalsNeeded: approvalsFor(policy, domain),
    owner: (kind === 'create' ? change.owner?.trim() : said?.owner) || null,
  }
}

type New = Awaited<ReturnType<typeof requestFacts>> & {
  purpose: string | null
  links: readonly string[]
  draft: boolean
  topicId: string | null
  users: string | null
  via: Via
  changes: readonly ChangedLine[]
}

async function insert(ctx: Context, asked: Asked, given: New): Promise<StoredRequest> {
  const nowMs = ctx.clock.now()
  const { cluster, topic, kind, change } = asked
  const { draft, via, links, changes, ...facts } = given
  try {
    const row = await ctx.store.db.transaction(async tx => {
      const [made] = await tx
        .insert(topicRequest)
        .values({
          ...facts,
          cluster,
          topic,
          kind,
          state: draft ? 'draft' : 'pending',
          version: 1,
          by: personOf(ctx.actor),
          change: JSON.stringify(change),
          links: JSON.stringify(links),
          approvals: '[]',
          createdAtMs: nowMs,
          updatedAtMs: nowMs,
          submittedAtMs: draft ? null : nowMs,
          expiresAtMs: draft ? null : expiryOf(ctx),
          openKey: draft ? null : openKeyOf(asked),
        })
        .returning()
      if (!made) throw new AppError('INTERNAL')
      const filed = draft ? ('drafted' as const) : ('submitted' as const)
      const event = { kind: filed, via, text: facts.purpose, changes }
      await addEvent(ctx, tx, made, event)
      if (!draft) {
        const notice = noticeOf(ctx.config, made, { ...event, actor: personOf(ctx.actor) })
        await enqueueNotice(tx, { config: ctx.config, nowMs }, notice)
      }
      return made
    })
    forgetPendingNames(ctx.store)
    ctx.services.outbox.wake()
    return row
  } catch (error) {
    throw isDuplicate(error) ? openAlready(topic) : error
  }
}
