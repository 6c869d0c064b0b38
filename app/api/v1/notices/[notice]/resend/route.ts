import { handle } from '@/server/http/handle'
import { resendNotice } from '@/server/outbox/resend-notice'

export const POST = handle(resendNotice)
