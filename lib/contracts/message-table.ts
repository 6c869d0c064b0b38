import * as z from 'zod'
import { FILTER_CHARS_MAX } from './message-search'

/** Columns made of fields that one table shows. */
export const TABLE_COLUMNS_MAX = 12

export const tableDensity = z.enum(['compact', 'normal', 'wide'])
export type TableDensity = z.output<typeof tableDensity>

export const tableTime = z.enum(['clock', 'epoch'])
export type TableTime = z.output<typeof tableTime>

/** Paths of fields, `value.orderId`, in their order. */
const tableColumns = z.array(z.string().min(1).max(FILTER_CHARS_MAX)).max(TABLE_COLUMNS_MAX)

/**
 * How one person sees tables of messages: columns of this topic, height of a row and form of a time
 * everywhere. null: never chosen.
 */
export const messageTable = z.object({
  columns: tableColumns.nullable(),
  density: tableDensity.nullable(),
  time: tableTime.nullable(),
})
export type MessageTable = z.output<typeof messageTable>

/** What is left out stays as it was. */
export const messageTableChange = {
  columns: tableColumns.optional(),
  density: tableDensity.optional(),
  time: tableTime.optional(),
}
