import { type GroupRow, type GroupSort, groups } from '@/lib/contracts/groups'
import { compareStatus } from '@/lib/lag/status'
import { authorise, mayDo } from '@/server/auth/authorise'
import { paginate } from '@/server/http/paginate'
import { verb } from '@/server/http/verb'
import { isoOf } from './group-rows'

/** Consumer groups from the sampler's memory, filtered and sorted; each row carries when it was sampled. */
export const listGroups = verb(groups.list, async (ctx, input) => {
  authorise(ctx, 'group.read', { cluster: input.cluster })
  const sampler = ctx.services.lag.of(ctx.clusters.get(input.cluster).id)
  await sampler.ready(ctx.signal)
  const snapshot = sampler.snapshot()
  if (!snapshot)
    return { items: [], next: null, previous: null, total: 0, matched: 0, problems: [...sampler.problems()] }
  const visible = snapshot.rows.filter(
    row =>
      row.topics.length === 0 ||
      row.topics.some(topic => mayDo(ctx, 'group.read', { cluster: input.cluster, topic })),
  )
  const needle = input.query?.normalize('NFC').toLowerCase()
  const matched = visible
    .filter(row => !needle || row.group.toLowerCase().includes(needle))
    .filter(row => !input.status || row.status === input.status)
    .filter(row => !input.type || row.type === input.type)
    .filter(row => !input.state || row.state === input.state)
    .filter(row => !input.topic || row.topics.includes(input.topic))
    .sort(orders[input.sort])
  return {
    ...paginate(matched, input, row => row.group),
    total: visible.length,
    matched: matched.length,
    sampledAt: isoOf(snapshot.sampledAtMs) ?? undefined,
    problems: [...sampler.problems()],
  }
})

type Order = (a: GroupRow, b: GroupRow) => number

const byName: Order = (a, b) => (a.group < b.group ? -1 : a.group > b.group ? 1 : 0)
const reversed =
  (order: Order): Order =>
  (a, b) =>
    order(b, a)
const lagOf = (row: GroupRow) => (row.lag === null ? -1 : Number(row.lag))
const byNumber =
  (value: (row: GroupRow) => number): Order =>
  (a, b) =>
    value(a) - value(b) || byName(a, b)

const byLag = byNumber(lagOf)
const byTimeLag = byNumber(row => row.timeLagMs ?? -1)
const byMembers = byNumber(row => row.members ?? -1)

const orders: Record<GroupSort, Order> = {
  status: (a, b) => compareStatus(a.status, b.status) || reversed(byTimeLag)(a, b) || reversed(byLag)(a, b),
  name: byName,
  '-name': reversed(byName),
  lag: byLag,
  '-lag': reversed(byLag),
  timeLag: byTimeLag,
  '-timeLag': reversed(byTimeLag),
  members: byMembers,
  '-members': reversed(byMembers),
}
