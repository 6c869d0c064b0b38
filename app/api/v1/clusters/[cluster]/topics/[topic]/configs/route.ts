import { handle } from '@/server/http/handle'
import { getTopicConfigs } from '@/server/topics/get-topic-configs'

export const GET = handle(getTopicConfigs)
