import { handle } from '@/server/http/handle'
import { getSchemaExample } from '@/server/schemas/get-schema-example'

export const GET = handle(getSchemaExample)
