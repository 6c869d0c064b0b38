import { type Column, ilike, type SQL } from 'drizzle-orm'

/** Does a text contain `text`, in any case? What a pattern would take for a wildcard stands for itself. */
export function contains(within: Column | SQL, text: string): SQL {
  return ilike(within, `%${text.replace(/[\\%_]/g, match => `\\${match}`)}%`)
}
