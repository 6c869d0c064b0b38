/** A topic has no more in one of our plans. */
export const PARTITIONS_MAX = 20_000

/** `0-3, 7` as numbers; null where it is something else. Empty: none, which means all. */
export function parsePartitions(text: string): number[] | null {
  const found = new Set<number>()
  for (const part of text.split(/[\s,]+/).filter(Boolean)) {
    const range = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part)
    if (!range) return null
    const first = Number(range[1])
    const last = Number(range[2] ?? range[1])
    if (last < first || last - first >= PARTITIONS_MAX) return null
    for (let partition = first; partition <= last; partition++) found.add(partition)
    if (found.size > PARTITIONS_MAX) return null
  }
  return [...found].sort((a, b) => a - b)
}
