import { handle } from '@/server/http/handle'
import { getNoticeSummary } from '@/server/outbox/get-notice-summary'

export const GET = handle(getNoticeSummary)
