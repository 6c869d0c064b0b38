import { type Column, ilike, type SQL } from 'drizzle-orm'

/** Does a column's text contain `text`, in any case? What a pattern would take for a wildcard stands for itself. */
export function contains(column: Column, text: string): SQL {
  return ilike(column, `%${text.replace(/[\\%_]/g, match => `\\${match}`)}%`)
}
