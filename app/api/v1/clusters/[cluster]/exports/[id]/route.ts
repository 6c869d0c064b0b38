import { handle } from '@/server/http/handle'
import { getExportManifest } from '@/server/messages/get-export-manifest'

export const GET = handle(getExportManifest)
