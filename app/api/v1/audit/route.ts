import { listAudit } from '@/server/audit/list-audit'
import { handle } from '@/server/http/handle'

export const GET = handle(listAudit)
