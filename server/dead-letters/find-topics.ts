import type { Problem } from '@/lib/contracts/common'
import { classifyTopic } from '@/lib/naming-policy'
import { matchesAny } from '@/lib/permissions'
import type { ClusterConfig } from '@/server/config/types'
import type { ClusterMetadata } from '@/server/kafka/port'

export type FoundTopic = {
  name: string
  by: 'name' | 'headers' | 'config'
  /** null: metadata could not tell. */
  topicId: string | null
  partitions: number[]
  problem: Problem | null
}

export type Findings = {
  deadLetters: FoundTopic[]
  /** Topics that might be dead-letter topics by their records or their configuration. */
  candidates: string[]
  /** Retry topics by the topic that they retry. */
  retryTopics: Map<string, string[]>
}

/**
 * Dead-letter topics among all topics: those that the configuration names, those whose name tells, and those
 * that were recognised by their headers or their own configuration before. What the configuration excludes is
 * none.
 */
export function findTopics(
  metadata: ClusterMetadata,
  config: ClusterConfig['deadLetters'],
  recognised: { byHeaders: ReadonlySet<string>; byConfig: ReadonlySet<string> },
): Findings {
  const configured = new Set(config.topics.map(({ topic }) => topic))
  const findings: Findings = { deadLetters: [], candidates: [], retryTopics: new Map() }
  for (const [name, answer] of metadata.topics) {
    const { kind, base } = classifyTopic(name)
    if (kind === 'retry' && base !== null) {
      const others = findings.retryTopics.get(base)
      if (others) others.push(name)
      else findings.retryTopics.set(base, [name])
    }
    const excluded = !configured.has(name) && matchesAny(config.exclude, name)
    const by = excluded
      ? null
      : configured.has(name) || matchesAny(config.patterns ?? [], name) || recognised.byConfig.has(name)
        ? 'config'
        : kind === 'dead-letter'
          ? 'name'
          : recognised.byHeaders.has(name)
            ? 'headers'
            : null
    if (by === null) {
      if (!excluded && kind === 'normal' && answer.ok && !answer.value.internal)
        findings.candidates.push(name)
      continue
    }
    findings.deadLetters.push({
      name,
      by,
      topicId: answer.ok ? answer.value.topicId : null,
      partitions: answer.ok ? answer.value.partitions.map(p => p.partition) : [],
      problem: answer.ok ? null : answer.problem,
    })
  }
  for (const topics of findings.retryTopics.values()) topics.sort()
  return findings
}
