import { handle } from '@/server/http/handle'
import { commentRequest } from '@/server/requests/comment-request'

export const POST = handle(commentRequest)
