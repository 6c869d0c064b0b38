import { handle } from '@/server/http/handle'
import { testChannel } from '@/server/outbox/test-channel'

export const POST = handle(testChannel)
