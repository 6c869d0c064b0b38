import { NameIndex } from '@/lib/naming-policy/name-index'
import type { Context } from '@/server/context'

const NONE = new NameIndex()

/** Names that open requests for new topics ask for on a cluster, without the request `except` itself. */
export async function pendingNames(_ctx: Context, _cluster: string, _except?: string): Promise<NameIndex> {
  return NONE
}
