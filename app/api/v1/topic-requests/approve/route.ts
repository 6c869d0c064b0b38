import { handle } from '@/server/http/handle'
import { approveMany } from '@/server/requests/approve-many'

export const POST = handle(approveMany)
