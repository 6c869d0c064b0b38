import { groups } from '@/lib/contracts/groups'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { ownersOf } from './group-owner'
import { pinsOf } from './pins'
import { readGroup, samplerWith } from './read-group'

/** One group with members, assignments and lag by partition. Throws GROUP_UNKNOWN. */
export const getGroup = verb(groups.get, async (ctx, input) => {
  authorise(ctx, 'group.read', { cluster: input.cluster, group: input.group })
  const sampler = await samplerWith(ctx, input.cluster, input.group)
  const [ownerOf, pins] = await Promise.all([ownersOf(ctx, input.cluster), pinsOf(ctx, input.cluster)])
  const detail = readGroup(ctx, input.cluster, sampler, input.group)
  return {
    ...detail,
    owner: ownerOf(input.group),
    pinned: pins.isPinned(input.group),
    problems: [...detail.problems, ...pins.problems],
  }
})
