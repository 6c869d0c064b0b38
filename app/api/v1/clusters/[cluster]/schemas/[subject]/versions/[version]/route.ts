import { handle } from '@/server/http/handle'
import { getSchemaVersion } from '@/server/schemas/get-schema-version'

export const GET = handle(getSchemaVersion)
