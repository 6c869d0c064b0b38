import { handle } from '@/server/http/handle'
import { raisePartitions } from '@/server/topic-changes/raise-partitions'

export const POST = handle(raisePartitions)
