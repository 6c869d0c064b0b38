import { schemas } from '@/lib/contracts/schemas'
import { AppError } from '@/lib/errors'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { DecodeError } from '@/server/serde/decode-error'
import { compileWriter } from '@/server/serde/schema/schema-writer'
import { textOfValue } from '@/server/serde/stringify-value'
import { toRegistryError } from './registry-errors'
import { registryOf } from './registry-of'

/** A value to begin with, by the latest version or the one named. Throws SCHEMA_UNKNOWN, SCHEMA_INVALID, REGISTRY_*. */
export const getSchemaExample = verb(schemas.example, async (ctx, input) => {
  authorise(ctx, 'schema.read', { cluster: input.cluster })
  const registry = registryOf(ctx, input.cluster)
  const { subject, version, message } = input
  const choice = { subject, version, message }
  const { id, schema } = await registry.forWriting(choice).catch(toRegistryError)
  try {
    const writer = compileWriter(schema)
    const { messages } = writer
    return { id, kind: schema.kind, text: textOfValue(writer.example()), message: writer.message, messages }
  } catch (error) {
    if (error instanceof DecodeError)
      throw new AppError('SCHEMA_INVALID', { detail: error.message, params: { id } })
    throw error
  }
})
