import type { GoingLetters } from '@/lib/contracts/topic-changes'
import type { Decisions } from './decisions'
import type { LetterBook } from './letter-book'
import { DROPPED, REPLAYED } from './letter-columns'

/** Issues named; the others are counted. */
const ISSUES_MAX = 20

/**
 * What deleting a dead-letter topic's records before these offsets would take: letters, those that nobody has
 * done anything about, and their issues, the largest first. `unseen` letters are open and of issues that
 * nobody acknowledged, assigned or decided.
 */
export function lettersBelow(
  { book, decisions }: { book: LetterBook; decisions: Decisions },
  topic: string,
  ends: ReadonlyMap<number, bigint>,
): Omit<GoingLetters, 'complete'> {
  const limits = new Map([...ends].map(([partition, end]) => [partition, Number(end)]))
  const found = new Map<string, GoingLetters['issues'][number]>()
  for (const row of book.rowsOf(topic)) {
    if (book.offset(row) >= (limits.get(book.partition(row)) ?? 0)) continue
    const { issue } = book.cell(row)
    const fingerprint = decisions.aliases.canonicalOf(issue.fingerprint)
    const known = found.get(fingerprint) ?? {
      fingerprint,
      exceptionClass: issue.exceptionClass,
      message: issue.maskedMessage,
      count: 0,
      open: 0,
      unseen: decisions.triageOf(fingerprint) === undefined,
    }
    known.count += 1
    if ((book.flags(row) & (REPLAYED | DROPPED)) === 0) known.open += 1
    found.set(fingerprint, known)
  }
  const issues = [...found.values()].sort((a, b) => b.open - a.open || b.count - a.count)
  const sum = (of: (issue: (typeof issues)[number]) => number) => issues.reduce((n, one) => n + of(one), 0)
  return {
    count: sum(one => one.count),
    open: sum(one => one.open),
    unseen: sum(one => (one.unseen ? one.open : 0)),
    issueCount: issues.length,
    issues: issues.slice(0, ISSUES_MAX),
  }
}
