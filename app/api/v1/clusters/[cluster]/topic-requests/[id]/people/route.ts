import { handle } from '@/server/http/handle'
import { listPeople } from '@/server/requests/list-people'

export const GET = handle(listPeople)
