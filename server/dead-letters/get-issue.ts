import { deadLetterTriage } from '@/lib/contracts/dead-letter-triage'
import type { DeadLetterIssue } from '@/lib/contracts/dead-letters'
import { fillLink } from '@/lib/dead-letter/link-template'
import { AppError } from '@/lib/errors'
import { routes } from '@/lib/routes'
import { authorise, mayDo } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import { readIssueReplays } from './issue-replays'
import { rightsOf } from './rights'
import { readHistory } from './triage-store'

/** Letters looked at for keys and samples, the newest. */
const LOOKED_AT = 1000
const KEYS = 10
const SAMPLES = 5

/** One issue over the topics that the caller may see: history, keys, samples, links. Throws ISSUE_UNKNOWN. */
export const getIssue = verb(deadLetterTriage.issue, async (ctx, { cluster, fingerprint }) => {
  authorise(ctx, 'deadletter.read', { cluster })
  const index = ctx.services.deadLetters.of(cluster)
  const { mayList, mayRead } = rightsOf(ctx, cluster)
  const issue = index.issues({ may: mayList, fingerprint })[0]
  if (!issue) throw new AppError('ISSUE_UNKNOWN', { params: { fingerprint } })
  const page = index.page({ fingerprint, may: mayList }, LOOKED_AT, null, false)
  const readable = issue.topics.every(mayRead)
  const counts = new Map<string | null, number>()
  for (const { key } of page.rows) counts.set(key, (counts.get(key) ?? 0) + 1)
  const topics = index.topics().filter(({ topic }) => issue.topics.includes(topic))
  const triaged = await readHistory(ctx.store, cluster, fingerprint)
  const replays = await readIssueReplays(
    { store: ctx.store, index },
    { cluster, issue },
    { list: mayList, replays: topic => mayDo(ctx, 'replay.read', { cluster, topic }) },
  )
  return {
    issue,
    history: [...triaged, ...replays].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0)),
    keys: readable
      ? [...counts]
          .sort((a, b) => b[1] - a[1])
          .slice(0, KEYS)
          .map(([key, count]) => ({ key, count }))
      : null,
    keysOf: page.rows.length,
    samples: distinct(page.rows, row => row.exception.message ?? '')
      .slice(0, SAMPLES)
      .map(({ topic, message, exception }) => ({ topic, ...message, message: exception.message })),
    links: issueLinks(ctx, cluster, issue),
    retryTopics: [...new Set(topics.flatMap(({ retryTopics }) => retryTopics))].sort(),
    groups: [...new Set(topics.flatMap(({ groups }) => groups ?? []))].sort(),
  }
})

/** One of each kind, so that samples show how messages differ. */
function distinct<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const seen = new Map<string, T>()
  for (const item of items) if (!seen.has(keyOf(item))) seen.set(keyOf(item), item)
  return [...seen.values()]
}

const HOUR_MS = 3_600_000

function issueLinks(ctx: Context, cluster: string, issue: DeadLetterIssue) {
  const { links = [] } = ctx.clusters.get(cluster).config.deadLetters
  const values = {
    cluster,
    topic: issue.topic,
    originTopic: issue.originTopic,
    group: issue.consumerGroup,
    fingerprint: issue.fingerprint,
    exception: issue.exceptionClass,
    message: issue.message,
    at: issue.lastSeen,
    atMs: Date.parse(issue.lastSeen),
    fromMs: Date.parse(issue.firstSeen) - HOUR_MS,
    untilMs: Date.parse(issue.lastSeen) + HOUR_MS,
    url: ctx.config.publicUrl + routes.deadLetterIssue(cluster, issue.fingerprint),
  }
  return links.flatMap(({ name, url }) => {
    const filled = fillLink(url, values)
    return filled === null ? [] : [{ name, url: filled }]
  })
}
