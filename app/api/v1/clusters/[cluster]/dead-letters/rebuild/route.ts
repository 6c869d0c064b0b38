import { rebuildIndex } from '@/server/dead-letters/rebuild-index'
import { handle } from '@/server/http/handle'

export const POST = handle(rebuildIndex)
