import { putCatalogueEntry, removeCatalogueEntry } from '@/server/catalogue/write-entry'
import { handle } from '@/server/http/handle'

export const PUT = handle(putCatalogueEntry)
export const DELETE = handle(removeCatalogueEntry)
