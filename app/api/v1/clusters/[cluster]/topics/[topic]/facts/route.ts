import { getTopicFacts, putTopicFacts } from '@/server/catalogue/topic-facts'
import { handle } from '@/server/http/handle'

export const GET = handle(getTopicFacts)
export const PUT = handle(putTopicFacts)
