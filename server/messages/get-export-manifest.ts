import { messages } from '@/lib/contracts/messages'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { findExport, toManifest } from './export-store'

/** What an export was asked for, and whether all of it left. Throws EXPORT_UNKNOWN. */
export const getExportManifest = verb(messages.manifest, async (ctx, input) => {
  authorise(ctx, 'record.read', { cluster: input.cluster })
  const row = await findExport(ctx.store, input.cluster, input.id)
  authorise(ctx, 'record.read', { cluster: input.cluster, topic: row.topic })
  return toManifest(row)
})
