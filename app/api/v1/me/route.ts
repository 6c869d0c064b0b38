import { handle } from '@/server/http/handle'
import { getMe } from '@/server/me/get-me'

export const GET = handle(getMe)
