import { customType } from 'drizzle-orm/pg-core'

/** bytea; both drivers answer a Buffer. */
export const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => 'bytea',
})
