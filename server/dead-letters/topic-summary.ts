import type { TopicSummary } from './index-answers'
import type { LetterBook } from './letter-book'

/** `originTopic`: the one that most letters of a single issue name; `isMixed`: letters name others, too. */
type Origins = { originTopic: string | null; isMixed: boolean }
export type TopicSummaries = ReadonlyMap<string, TopicSummary & Origins>

const LEGAL_TOPIC = /^[A-Za-z0-9._-]{1,249}$/

/**
 * What the letters of each topic add up to, by their cells; the last day is its 24 clock hours, as the
 * sparklines have them.
 */
export function summarise(book: LetterBook, nowMs: number): TopicSummaries {
  const summaries = new Map<string, TopicSummary & Origins & { originCount: number }>()
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
          isMixed: false,
          originCount: 0,
        }
        summaries.set(cell.topic, summary)
      }
      summary.families.add(issue.family)
      summary.count += cell.count
      if (issue.consumerGroup !== null) summary.groups.add(issue.consumerGroup)
      summary.last24h += cell.buckets.list(nowMs).reduce((sum, n) => sum + n, 0)
      summary.newestMs = Math.max(summary.newestMs, cell.newestMs)
      summary.oldestMs = Math.min(summary.oldestMs, cell.oldestMs)
      // A header is a stranger's word: a name that no topic can have names nothing.
      if (issue.originTopic === null || !LEGAL_TOPIC.test(issue.originTopic)) {
        summary.needsOrigin = true
        continue
      }
      if (summary.originTopic !== null && summary.originTopic !== issue.originTopic) summary.isMixed = true
      if (cell.count > summary.originCount) {
        summary.originTopic = issue.originTopic
        summary.originCount = cell.count
      }
    }
  }
  return summaries
}
