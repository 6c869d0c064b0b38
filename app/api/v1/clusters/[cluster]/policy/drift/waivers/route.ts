import { waiveDrift } from '@/server/drift/waivers'
import { handle } from '@/server/http/handle'

export const POST = handle(waiveDrift)
