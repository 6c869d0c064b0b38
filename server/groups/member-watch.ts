import type { Problem } from '@/lib/contracts/common'
import { toAppError } from '@/lib/errors'
import { MOST_CHANGES } from '@/lib/lag/signals'
import type { Clock } from '@/server/context'
import type { GroupDescription, GroupListing, KafkaCluster } from '@/server/kafka/port'
import { isIdle } from './group-state'
import { changeBetween } from './history/group-changes'
import type { Marker } from './history/lag-history'
import type { LagBook } from './lag-book'

const DESCRIBE_AGE_MS = 15_000
/** Groups described a round: members change slowly, and a round must stay short on a cluster of 10,000. */
const DESCRIBE_LIMIT = 500
const DESCRIBE_MS = 4000

/** Describes groups into the book, and notices what changed in them. */
export class MemberWatch {
  readonly #cluster: KafkaCluster
  readonly #book: LagBook
  readonly #clock: Clock
  readonly #onError: (error: unknown) => void
  /** Something changed in a group since it was described before. */
  readonly #onChange: (group: string, change: Marker) => void
  readonly #onDescribed: (group: string, description: GroupDescription | null) => void

  constructor(deps: {
    cluster: KafkaCluster
    book: LagBook
    clock: Clock
    onError: (error: unknown) => void
    onChange: (group: string, change: Marker) => void
    onDescribed: (group: string, description: GroupDescription | null) => void
  }) {
    this.#cluster = deps.cluster
    this.#book = deps.book
    this.#clock = deps.clock
    this.#onError = deps.onError
    this.#onChange = deps.onChange
    this.#onDescribed = deps.onDescribed
  }

  /**
   * Members of the groups described longest ago; a state that changed is described at once. Answers what went
   * wrong.
   */
  async describeSome(signal: AbortSignal): Promise<Problem[]> {
    const now = this.#clock.now()
    const due = [...this.#book.groups.values()]
      .filter(({ listing, description, describedAtMs }) =>
        description && description.state !== listing.state
          ? true
          : // Without members there is nothing to describe.
            !isIdle(listing) && Math.abs(now - describedAtMs) >= DESCRIBE_AGE_MS,
      )
      .sort((a, b) => a.describedAtMs - b.describedAtMs)
      .slice(0, DESCRIBE_LIMIT)
    return this.describe(
      due.map(state => state.listing),
      signal,
    )
  }

  async describe(listings: GroupListing[], signal: AbortSignal): Promise<Problem[]> {
    if (listings.length === 0) return []
    try {
      const answers = await this.#cluster.describeGroups(listings, { signal, timeoutMs: DESCRIBE_MS })
      for (const { group, answer } of answers) {
        const description = answer.ok ? answer.value : null
        this.take(group, description)
        this.#onDescribed(group, description)
      }
      return []
    } catch (error) {
      const { code } = toAppError(error)
      if (code === 'INTERNAL') this.#onError(error)
      return [{ scope: 'members', code }]
    }
  }

  /** A group as it was just described, here or by another replica; null: that failed. */
  take(group: string, description: GroupDescription | null): void {
    const now = this.#clock.now()
    const state = this.#book.groups.get(group)
    const change = description && changeBetween(state?.description ?? null, description, now)
    this.#book.describe(group, description, now)
    if (!state || !change) return
    state.changes.push(change.atMs)
    if (state.changes.length > MOST_CHANGES) state.changes.shift()
    this.#onChange(group, change)
  }
}
