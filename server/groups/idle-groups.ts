import { and, eq, inArray, sql } from 'drizzle-orm'
import { groupIdle } from '@/server/store/schema/index'
import type { Store } from '@/server/store/types'
import { type GroupState, rowsOf } from './group-state'

const CHUNK = 500
/** Programs that commit and never join move their time with each commit: it is written once they rest. */
const RESTS_MS = 10 * 60_000
/** Written in one round; the rest waits for the next. */
const MOST_WRITES = 2000

/**
 * Since when groups have had no members, over restarts: Kafka counts a group's offsets down from there and
 * tells nobody. What is written goes with where the group stood then; one that stands elsewhere had members
 * in between.
 */
export class IdleGroups {
  readonly #store: Store
  readonly #cluster: string
  #adopted = false
  /** As it stands in the store; null: not looked at since this replica began to write. */
  #saved: Map<string, number> | null = null

  constructor(store: Store, cluster: string) {
    this.#store = store
    this.#cluster = cluster
  }

  /** Gives the groups of the first snapshot the times that are known of them. Throws what the database throws. */
  async adopt(groups: Iterable<GroupState>): Promise<void> {
    if (this.#adopted) return
    const known = new Map((await this.#load()).map(row => [row.group, row]))
    this.#adopted = true
    for (const state of groups) {
      if (state.emptySinceMs === null) continue
      const row = known.get(state.stored)
      if (row && row.mark === markOf(state) && row.sinceMs < state.emptySinceMs)
        state.emptySinceMs = row.sinceMs
    }
  }

  /** Writes what changed. `complete`: groups that are not among these are gone. Throws what the database throws. */
  async save(
    groups: Iterable<GroupState>,
    { complete, atMs }: { complete: boolean; atMs: number },
  ): Promise<void> {
    if (!this.#adopted) return
    this.#saved ??= new Map((await this.#load()).map(row => [row.group, row.sinceMs]))
    const saved = this.#saved
    const fresh: (typeof groupIdle.$inferInsert)[] = []
    const gone = new Set(complete ? saved.keys() : [])
    for (const state of groups) {
      const { stored: group, emptySinceMs } = state
      if (emptySinceMs === null) {
        if (saved.has(group)) gone.add(group)
        continue
      }
      gone.delete(group)
      const was = saved.get(group)
      const isDue = was === undefined || (was !== emptySinceMs && atMs - emptySinceMs >= RESTS_MS)
      if (isDue && fresh.length < MOST_WRITES)
        fresh.push({ cluster: this.#cluster, group, sinceMs: emptySinceMs, mark: markOf(state) })
    }
    for (let at = 0; at < fresh.length; at += CHUNK) await this.#write(fresh.slice(at, at + CHUNK), saved)
    const dropped = [...gone].slice(0, MOST_WRITES)
    for (let at = 0; at < dropped.length; at += CHUNK) await this.#drop(dropped.slice(at, at + CHUNK), saved)
  }

  /** Another replica writes from now on. */
  rest(): void {
    this.#saved = null
  }

  async #write(rows: (typeof groupIdle.$inferInsert)[], saved: Map<string, number>): Promise<void> {
    await this.#store.db
      .insert(groupIdle)
      .values(rows)
      .onConflictDoUpdate({
        target: [groupIdle.cluster, groupIdle.group],
        set: { sinceMs: sql`excluded.since_ms`, mark: sql`excluded.mark` },
      })
    for (const { group, sinceMs } of rows) saved.set(group, sinceMs)
  }

  async #drop(groups: string[], saved: Map<string, number>): Promise<void> {
    const mine = eq(groupIdle.cluster, this.#cluster)
    await this.#store.db.delete(groupIdle).where(and(mine, inArray(groupIdle.group, groups)))
    for (const group of groups) saved.delete(group)
  }

  #load() {
    return this.#store.db.select().from(groupIdle).where(eq(groupIdle.cluster, this.#cluster))
  }
}

function markOf(state: GroupState): string {
  let [rows, sum] = [0, 0]
  for (const row of rowsOf(state)) {
    rows++
    sum += row.committed ?? 0
  }
  return `${rows} ${sum}`
}
