import { listCatalogue } from '@/server/catalogue/list-catalogue'
import { handle } from '@/server/http/handle'

export const GET = handle(listCatalogue)
