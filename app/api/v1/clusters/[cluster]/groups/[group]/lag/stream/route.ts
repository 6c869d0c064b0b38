import { streamLag } from '@/server/groups/stream-lag'
import { handle } from '@/server/http/handle'

export const GET = handle(streamLag)
