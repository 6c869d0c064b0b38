import { unwaiveDrift } from '@/server/drift/waivers'
import { handle } from '@/server/http/handle'

export const DELETE = handle(unwaiveDrift)
