import { handle } from '@/server/http/handle'
import { alterConfigs } from '@/server/topic-changes/alter-configs'
import { getTopicConfigs } from '@/server/topics/get-topic-configs'

export const GET = handle(getTopicConfigs)
export const PATCH = handle(alterConfigs)
