import type { Problem } from '@/lib/contracts/common'
import type { LocatedLog } from './locate-log'
import { type CursorBinding, encodePageCursor, type PageCursor } from './page-cursor'
import type { PlannedLane } from './plan-page'

/** What a cursor of this request belongs to. */
export function bindingOf(
  input: {
    cluster: string
    topic: string
    partition?: number[] | undefined
    isolation: CursorBinding['isolation']
  },
  log: LocatedLog,
): CursorBinding {
  return {
    cluster: input.cluster,
    topic: input.topic,
    topicId: log.topicId,
    partitions: input.partition === undefined ? null : log.partitions,
    isolation: input.isolation,
  }
}

/**
 * Cursors for both sides: where reading came to, and where it began. Partitions that did not answer keep the
 * place they had.
 */
export function neighbours(
  order: PageCursor['order'],
  cursor: PageCursor | null,
  planned: readonly PlannedLane[],
  page: { edges: ReadonlyMap<number, bigint>; more: boolean },
): { next: PageCursor | null; previous: PageCursor | null } {
  const toward = cursor?.toward ?? 'next'
  const kept = cursor?.positions ?? []
  const begin = new Map([...kept, ...planned.map(({ lane }) => [lane.partition, lane.position] as const)])
  const onward: PageCursor | null = page.more
    ? { order, toward, positions: new Map([...kept, ...page.edges]) }
    : null
  const back: PageCursor | null = planned.some(one => one.behind)
    ? { order, toward: toward === 'next' ? 'previous' : 'next', positions: begin }
    : null
  return toward === 'next' ? { next: onward, previous: back } : { next: back, previous: onward }
}

/** A selection of thousands of partitions has no cursor that fits a URL: said, not hidden. */
export function encodeLink(
  binding: CursorBinding,
  cursor: PageCursor | null,
  problems: Problem[],
): string | null {
  if (cursor === null) return null
  const text = encodePageCursor(binding, cursor)
  if (text === null) problems.push({ scope: 'cursor', code: 'SELECTION_TOO_LARGE' })
  return text
}
