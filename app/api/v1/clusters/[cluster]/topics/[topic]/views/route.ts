import { handle } from '@/server/http/handle'
import { listViews, saveView } from '@/server/messages/saved-views'

export const GET = handle(listViews)
export const POST = handle(saveView)
