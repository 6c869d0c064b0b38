import type { GroupMember } from '@/lib/contracts/groups'

type Assigned = GroupMember['assigned']

/** `0-3, 7` of the numbers of partitions. */
export function rangesOf(partitions: readonly number[]): string {
  const sorted = [...partitions].sort((a, b) => a - b)
  const runs: [first: number, last: number][] = []
  for (const one of sorted) {
    const run = runs.at(-1)
    if (run && one <= run[1] + 1) run[1] = one
    else runs.push([one, one])
  }
  return runs.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(', ')
}

/** `orders [0-3, 7] · payments [1]` */
export function assignmentWords(assigned: Assigned): string {
  return assigned.map(({ topic, partitions }) => `${topic} [${rangesOf(partitions)}]`).join(' · ')
}

export function countPartitions(assigned: Assigned): number {
  return assigned.reduce((n, { partitions }) => n + partitions.length, 0)
}

/** What a member has yet to get, and to give up, until it has its target. */
export function pendingOf({ assigned, target }: Pick<GroupMember, 'assigned' | 'target'>): {
  gets: Assigned
  gives: Assigned
} {
  return target === null
    ? { gets: [], gives: [] }
    : { gets: without(target, assigned), gives: without(assigned, target) }
}

function without(some: Assigned, others: Assigned): Assigned {
  const known = new Map(others.map(({ topic, partitions }) => [topic, new Set(partitions)]))
  return some
    .map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.filter(partition => !known.get(topic)?.has(partition)),
    }))
    .filter(({ partitions }) => partitions.length > 0)
}
