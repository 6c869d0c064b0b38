import { handle } from '@/server/http/handle'
import { recreateTopic } from '@/server/topic-changes/recreate-topic'

export const POST = handle(recreateTopic)
