import { messages } from '@/lib/contracts/messages'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { compileCel } from './match/cel'

/** A filter as somebody types it: whether it holds, and if not the place. Reads nothing of the cluster. */
export const checkFilter = verb(messages.checkFilter, async (ctx, input) => {
  authorise(ctx, 'record.read', { cluster: input.cluster })
  const compiled = compileCel(input.filter)
  if (!compiled.ok) return { valid: false, error: compiled.error, literals: [] }
  return { valid: true, error: null, literals: [...(compiled.filter.literals?.texts ?? [])] }
})
