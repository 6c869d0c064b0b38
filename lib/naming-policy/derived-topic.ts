import { classifyTopic } from './classify-topic'
import { parseName } from './parse-name'
import type { NamingPolicy } from './policy'

export type DerivedTopic = {
  kind: 'dead-letter' | 'retry' | 'changelog' | 'repartition' | 'derived'
  /** The topic it derives from; null where the name does not tell. A guess: headers know better. */
  base: string | null
}

/**
 * What a topic derives from by its name: the policy's suffixes come first, since by them a name is checked,
 * then what frameworks write. null: a topic of its own.
 */
export function derivedTopic(name: string, policy: NamingPolicy): DerivedTopic | null {
  const { base, suffix } = parseName(name, policy)
  const { kind, base: guessed } = classifyTopic(name)
  if (kind === 'dead-letter' || kind === 'retry') return { kind, base: suffix === null ? guessed : base }
  if (suffix === null) return null
  // Kafka Streams writes `<application.id>-<store>-changelog`: then the base is no topic. A changelog kept by hand
  // stands behind its topic's name.
  if (suffix === '-changelog') return { kind: 'changelog', base }
  return { kind: suffix === '-repartition' ? 'repartition' : 'derived', base }
}
