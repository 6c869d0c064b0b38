import type { Context } from '@/server/context'

export type SubjectUse = { topic: string; part: 'key' | 'value' }

/**
 * The topic that a subject belongs to by Confluent's default naming (TopicNameStrategy); null for names of
 * another kind.
 */
function topicOfSubject(subject: string): SubjectUse | null {
  const match = /^(.+)-(key|value)$/.exec(subject)
  const [, topic, part] = match ?? []
  if (topic === undefined || topic.length > 249 || (part !== 'key' && part !== 'value')) return null
  return { topic, part }
}

/**
 * The same, of topics that are there. A cluster that does not answer knows no topics: the page about schemas
 * does without.
 */
export async function usesOf(
  ctx: Pick<Context, 'clusters' | 'signal'>,
  cluster: string,
  subjects: readonly string[],
): Promise<Map<string, SubjectUse>> {
  const wanted = new Map(
    subjects.flatMap(subject => {
      const use = topicOfSubject(subject)
      return use ? [[subject, use] as const] : []
    }),
  )
  if (wanted.size === 0) return wanted
  try {
    const { topics } = await ctx.clusters
      .get(cluster)
      .metadata({ maxAgeMs: 30_000, signal: ctx.signal, timeoutMs: 3_000 })
    for (const [subject, { topic }] of wanted) if (!topics.has(topic)) wanted.delete(subject)
    return wanted
  } catch {
    return new Map()
  }
}
