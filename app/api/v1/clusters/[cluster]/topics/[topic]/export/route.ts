import { handle } from '@/server/http/handle'
import { exportMessages } from '@/server/messages/export-messages'

export const GET = handle(exportMessages)
