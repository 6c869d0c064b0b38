import { handle } from '@/server/http/handle'
import { listTopicProducers } from '@/server/topics/list-topic-producers'

export const GET = handle(listTopicProducers)
