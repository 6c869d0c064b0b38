import { handle } from '@/server/http/handle'
import { truncateTopic } from '@/server/topic-changes/truncate-topic'

export const POST = handle(truncateTopic)
