import { listTopics } from '@/server/dead-letters/list-topics'
import { handle } from '@/server/http/handle'

export const GET = handle(listTopics)
