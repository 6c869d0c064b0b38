import { handle } from '@/server/http/handle'
import { produceBatch } from '@/server/produce/produce-batch'

export const POST = handle(produceBatch)
