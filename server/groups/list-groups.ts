import { type GroupSort, groups, type ListedGroup } from '@/lib/contracts/groups'
import { compareStatus } from '@/lib/lag/status'
import { authorise } from '@/server/auth/authorise'
import { type Order, type SortColumn, sortedPage } from '@/server/http/paginate'
import { verb } from '@/server/http/verb'
import { ownersOf } from './group-owner'
import { isoOf } from './group-rows'
import { pinsOf } from './pins'
import { isVisible, topicsSeen, withoutHidden } from './visible'

/**
 * Consumer groups from the sampler's memory, filtered, the pinned first, then sorted; each row carries when
 * it was sampled.
 */
export const listGroups = verb(groups.list, async (ctx, input) => {
  authorise(ctx, 'group.read', { cluster: input.cluster })
  const sampler = ctx.services.lag.of(ctx.clusters.get(input.cluster).id)
  await sampler.ready(ctx.signal)
  const [ownerOf, pins] = await Promise.all([ownersOf(ctx, input.cluster), pinsOf(ctx, input.cluster)])
  const problems = [...sampler.problems(), ...pins.problems]
  const snapshot = sampler.snapshot()
  // How many there are is not known: no total is not a total of 0.
  if (!snapshot) return { items: [], next: null, previous: null, problems, owners: [] }
  const may = topicsSeen(ctx, input.cluster)
  const visible = snapshot.rows
    .filter(row => isVisible(row, may))
    .map((row): ListedGroup => ({ ...row, owner: ownerOf(row.group), pinned: pins.isPinned(row.group) }))
  const needle = input.query ? foldedName(input.query) : ''
  const topic = input.topic === undefined || may(input.topic) ? input.topic : null
  const matched = visible.filter(
    row =>
      (needle === '' || foldedName(row.group).includes(needle)) &&
      (!input.status || row.status === input.status) &&
      (!input.type || row.type === input.type) &&
      (!input.state || row.state === input.state) &&
      (!input.pinned || row.pinned) &&
      (!input.owner || row.owner === (input.owner === NOBODY ? null : input.owner)) &&
      (topic === undefined || (topic !== null && row.topics.includes(topic))),
  )
  const page = sortedPage(matched, { name: input.sort, columns: [pinnedFirst, ...orders[input.sort]] }, input)
  return {
    ...page,
    items: page.items.map(row => withoutHidden(row, may)),
    owners: [...new Set(visible.flatMap(({ owner }) => (owner === null ? [] : [owner])))].sort(),
    total: visible.length,
    matched: matched.length,
    sampledAt: isoOf(snapshot.sampledAtMs) ?? undefined,
    problems,
  }
})

function foldedName(name: string): string {
  return name.normalize('NFC').toLowerCase()
}

/** In the filter: groups without an owner. */
const NOBODY = '-'

type Column = SortColumn<ListedGroup>

const pinnedFirst: Column = { of: row => (row.pinned ? 0 : 1) }
const byName: Column = { of: row => row.group }
const severity: Column = { of: row => compareStatus(row.status, 'stop') }
const lag: Column['of'] = row => (row.lag === null ? null : Number(row.lag))
const timeLag: Column['of'] = row => row.timeLagMs
const members: Column['of'] = row => row.members
const trend: Column['of'] = row => row.trendPerSecond

const up = (of: Column['of']): Column[] => [{ of }, byName]
const down = (of: Column['of']): Column[] => [{ of, descending: true }, byName]

const orders: Record<GroupSort, Order<ListedGroup>['columns']> = {
  status: [severity, { of: timeLag, descending: true }, { of: lag, descending: true }, byName],
  name: [byName],
  '-name': [{ ...byName, descending: true }],
  lag: up(lag),
  '-lag': down(lag),
  timeLag: up(timeLag),
  '-timeLag': down(timeLag),
  members: up(members),
  '-members': down(members),
  trend: up(trend),
  '-trend': down(trend),
}
