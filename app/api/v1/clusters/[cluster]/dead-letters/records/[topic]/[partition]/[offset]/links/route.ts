import { getLetterLinks } from '@/server/dead-letters/get-letter-links'
import { handle } from '@/server/http/handle'

export const GET = handle(getLetterLinks)
