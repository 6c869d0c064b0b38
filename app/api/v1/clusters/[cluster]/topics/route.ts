import { handle } from '@/server/http/handle'
import { createTopic } from '@/server/topics/create-topic'
import { listTopics } from '@/server/topics/list-topics'

export const GET = handle(listTopics)
export const POST = handle(createTopic)
