import { handle } from '@/server/http/handle'
import { deleteTopic } from '@/server/topic-changes/delete-topic'
import { getTopic } from '@/server/topics/get-topic'

export const GET = handle(getTopic)
export const DELETE = handle(deleteTopic)
