import { getRecord } from '@/server/dead-letters/get-record'
import { handle } from '@/server/http/handle'

export const GET = handle(getRecord)
