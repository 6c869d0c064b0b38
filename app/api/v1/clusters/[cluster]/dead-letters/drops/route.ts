import { dropLetters } from '@/server/dead-letters/drop-letters'
import { listDrops } from '@/server/dead-letters/list-drops'
import { handle } from '@/server/http/handle'

export const GET = handle(listDrops)
export const POST = handle(dropLetters)
