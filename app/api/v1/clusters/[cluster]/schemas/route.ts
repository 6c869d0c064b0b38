import { handle } from '@/server/http/handle'
import { listSubjects } from '@/server/schemas/list-subjects'

export const GET = handle(listSubjects)
