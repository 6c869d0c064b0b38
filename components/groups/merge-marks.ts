export type Mark = { at: number; label: string }

/** Labels closer than this share of the window would stand on each other. */
const ROOM = 1 / 9

/**
 * Events of a chart, with those merged whose words would overlap: the line stands at the first, and the words
 * say how many of each kind there are. `marks` ascending by time.
 */
export function mergeMarks(marks: readonly Mark[], from: number, to: number): Mark[] {
  const room = (to - from) * ROOM
  const merged: { at: number; counts: Map<string, number> }[] = []
  for (const { at, label } of marks) {
    const last = merged.at(-1)
    const into = last && at - last.at < room ? last : { at, counts: new Map<string, number>() }
    if (into !== last) merged.push(into)
    into.counts.set(label, (into.counts.get(label) ?? 0) + 1)
  }
  return merged.map(({ at, counts }) => ({
    at,
    label: [...counts].map(([label, n]) => (n === 1 ? label : `${label} ×${n}`)).join(' · '),
  }))
}
