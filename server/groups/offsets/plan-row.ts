import type { Problem } from '@/lib/contracts/common'
import type { OffsetPlanRow, OffsetWarning } from '@/lib/contracts/offset-plans'
import type { OffsetTarget } from '@/lib/lag/offset-target'

/** What is known of one partition when its new offset is decided. */
export type RowFacts = {
  topic: string
  partition: number
  before: bigint | null
  logStart: bigint | null
  /** High watermark. */
  end: bigint | null
  lastStable: bigint | null
  /** For a time: the first offset at or after it; null: nothing was written since. */
  byTime: bigint | null
  /** For `group:` and `csv`: what they say of it. */
  given: bigint | null
  compacted: boolean
  problem: Problem | null
}

/**
 * The new offset of one partition, what it means for the group, and what to beware of. Pure; samples are
 * added later.
 */
export function planRow(target: OffsetTarget, facts: RowFacts): OffsetPlanRow {
  const { before, logStart, end } = facts
  const warnings: OffsetWarning[] = []
  const wanted = wantedOffset(target, facts, warnings)
  let after = wanted
  if (after !== null && logStart !== null && end !== null) {
    if (after < logStart || after > end) warnings.push('clamped')
    if (after > end) after = end
    if (after < logStart) after = logStart
  }
  if (facts.problem) after = null
  if (before !== null && logStart !== null && before < logStart) warnings.push('dataLost')
  const isBeyondEnd = before !== null && end !== null && before > end
  if (isBeyondEnd) warnings.push('beyondEnd')
  if (after !== null && facts.lastStable !== null && after > facts.lastStable)
    warnings.push('openTransaction')
  if (after !== null && facts.compacted && after !== before) warnings.push('compacted')
  // What lies below the log's start is gone for whoever reads: neither skipped nor repeated.
  // Where the log never reached, it can't be said what of it was read: that was another log, or a wrong commit.
  const from =
    before === null || isBeyondEnd ? null : logStart !== null && before < logStart ? logStart : before
  return {
    topic: facts.topic,
    partition: facts.partition,
    before: textOf(before),
    after: textOf(after),
    logStart: textOf(logStart),
    end: textOf(end),
    skipped: from === null || after === null ? null : String(after > from ? after - from : 0n),
    repeated: from === null || after === null ? null : String(after < from ? from - after : 0n),
    warnings,
    sampleBefore: null,
    sampleAfter: null,
    problem: facts.problem,
  }
}

function wantedOffset(target: OffsetTarget, facts: RowFacts, warnings: OffsetWarning[]): bigint | null {
  switch (target.kind) {
    case 'earliest':
      return facts.logStart
    case 'latest':
      return facts.end
    case 'offset':
      return target.offset
    case 'time':
    case 'duration':
      if (facts.byTime === null) warnings.push('noRecordAfter')
      return facts.byTime ?? facts.end
    case 'shift':
      if (facts.before === null) warnings.push('noCommit')
      return facts.before === null ? null : facts.before + target.by
    case 'group':
    case 'csv':
      if (facts.given === null) warnings.push('notGiven')
      return facts.given
  }
}

function textOf(value: bigint | null): string | null {
  return value === null ? null : value.toString()
}
