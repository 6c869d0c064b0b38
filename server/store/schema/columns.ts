import { customType } from 'drizzle-orm/pg-core'

/** bytea; node-postgres answers a Buffer, PGlite a Uint8Array. */
export const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => 'bytea',
})
