import { diffLines } from './diff-lines'

export type SideRow =
  | { kind: 'same'; text: string }
  /** One of the two is null where the other side has a line more. */
  | { kind: 'changed'; before: string | null; after: string | null }
  | { kind: 'folded'; rows: { kind: 'same'; text: string }[] }

/** Same lines that stay before and after a change. */
const CONTEXT = 3

/**
 * Two texts as rows of two sides, what was taken out beside what was put in its place; null where they differ
 * in too many lines.
 */
export function pairLines(before: readonly string[], after: readonly string[]): SideRow[] | null {
  const lines = diffLines(before, after)
  if (lines === null) return null
  const rows: SideRow[] = []
  let same: { kind: 'same'; text: string }[] = []
  let removed: string[] = []
  let added: string[] = []
  const flushChanged = () => {
    for (let i = 0; i < Math.max(removed.length, added.length); i++)
      rows.push({ kind: 'changed', before: removed[i] ?? null, after: added[i] ?? null })
    removed = []
    added = []
  }
  const flushSame = (isLast: boolean) => {
    const head = rows.length === 0 ? 0 : CONTEXT
    const tail = isLast ? 0 : CONTEXT
    const inside = same.slice(head, Math.max(head, same.length - tail))
    // A fold of one line saves nothing.
    if (inside.length > 1)
      rows.push(...same.slice(0, head), { kind: 'folded', rows: inside }, ...same.slice(head + inside.length))
    else rows.push(...same)
    same = []
  }
  for (const { kind, text } of lines) {
    if (kind === 'same') {
      flushChanged()
      same.push({ kind, text })
      continue
    }
    if (same.length > 0) flushSame(false)
    if (kind === 'removed') removed.push(text)
    else added.push(text)
  }
  flushChanged()
  flushSame(true)
  return rows
}
