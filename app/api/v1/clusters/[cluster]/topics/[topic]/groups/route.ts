import { handle } from '@/server/http/handle'
import { listTopicGroups } from '@/server/topics/list-topic-groups'

export const GET = handle(listTopicGroups)
