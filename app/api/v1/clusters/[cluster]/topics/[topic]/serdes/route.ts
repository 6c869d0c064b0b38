import { handle } from '@/server/http/handle'
import { getTopicSerdes } from '@/server/schemas/get-topic-serdes'
import { putTopicSerdes } from '@/server/schemas/put-topic-serdes'

export const GET = handle(getTopicSerdes)
export const PUT = handle(putTopicSerdes)
