import { setOrigin } from '@/server/dead-letters/set-origin'
import { handle } from '@/server/http/handle'

export const PUT = handle(setOrigin)
