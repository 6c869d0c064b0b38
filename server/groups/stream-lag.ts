import { groups } from '@/lib/contracts/groups'
import { authorise } from '@/server/auth/authorise'
import { stream } from '@/server/http/verb'
import { readGroup, samplerWith } from './read-group'

/** Live lag of one group, a sample a second for as long as somebody watches; ends with GROUP_UNKNOWN when the group goes away. */
export const streamLag = stream(groups.lagStream, async function* (ctx, input) {
  authorise(ctx, 'group.read', { cluster: input.cluster, group: input.group })
  const sampler = await samplerWith(ctx, input.cluster, input.group)
  let wake: () => void = () => {}
  let fresh = true
  const release = sampler.watch(input.group, () => {
    fresh = true
    wake()
  })
  const onAbort = () => wake()
  ctx.signal.addEventListener('abort', onAbort)
  try {
    while (!ctx.signal.aborted) {
      if (fresh) {
        fresh = false
        yield { event: 'lag' as const, data: readGroup(sampler, input.group) }
        continue
      }
      await new Promise<void>(resolve => {
        wake = resolve
        if (fresh || ctx.signal.aborted) resolve()
      })
    }
  } finally {
    release()
    ctx.signal.removeEventListener('abort', onAbort)
  }
})
