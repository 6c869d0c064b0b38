import { handle } from '@/server/http/handle'
import { checkSchema } from '@/server/schemas/check-schema'

export const POST = handle(checkSchema)
