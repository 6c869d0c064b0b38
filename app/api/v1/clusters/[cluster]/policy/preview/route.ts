import { handle } from '@/server/http/handle'
import { previewPolicy } from '@/server/policies/preview-policy'

export const POST = handle(previewPolicy)
