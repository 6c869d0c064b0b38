import { listRecords } from '@/server/dead-letters/list-records'
import { handle } from '@/server/http/handle'

export const GET = handle(listRecords)
