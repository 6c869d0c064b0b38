import { streamEvents } from '@/server/events/stream-events'
import { handle } from '@/server/http/handle'

export const GET = handle(streamEvents)
