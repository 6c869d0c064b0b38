import type { TopicSummary } from './index-answers'
import type { LetterBook } from './letter-book'

const DAY_MS = 86_400_000

export type TopicSummaries = ReadonlyMap<string, TopicSummary & { originTopic: string | null }>

/** What the letters of each topic add up to: one pass over the cells, one over the rows of the last day. */
export function summarise(book: LetterBook, nowMs: number): TopicSummaries {
  const summaries = new Map<string, TopicSummary & { originTopic: string | null; originCount: number }>()
  for (const issue of book.issues()) {
    for (const cell of issue.cells.values()) {
      let summary = summaries.get(cell.topic)
      if (!summary) {
        summary = {
          families: new Set(),
          newestMs: Number.NEGATIVE_INFINITY,
          oldestMs: Number.POSITIVE_INFINITY,
          count: 0,
          last24h: 0,
          groups: new Set(),
          needsOrigin: false,
          originTopic: null,
          originCount: 0,
        }
        summaries.set(cell.topic, summary)
      }
      summary.families.add(issue.family)
      summary.count += cell.count
      if (issue.consumerGroup !== null) summary.groups.add(issue.consumerGroup)
      if (issue.originTopic === null) summary.needsOrigin = true
      summary.newestMs = Math.max(summary.newestMs, cell.newest?.atMs ?? Number.NEGATIVE_INFINITY)
      summary.oldestMs = Math.min(summary.oldestMs, cell.oldestMs)
      // A topic may collect from several: the one that most letters of a single issue name.
      if (issue.originTopic !== null && cell.count > summary.originCount) {
        summary.originTopic = issue.originTopic
        summary.originCount = cell.count
      }
    }
  }
  const rows = book.rows()
  for (let i = rows.length - 1; i >= 0; i--) {
    const row = rows[i]
    if (!row || row.atMs < nowMs - DAY_MS) break
    const summary = summaries.get(row.topic)
    if (summary) summary.last24h++
  }
  return summaries
}
