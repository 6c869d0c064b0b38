import * as z from 'zod'
import { schemas } from '@/lib/contracts/schemas'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { parseAnswer } from './parse-answers'
import { toRegistryError } from './registry-errors'
import { registryOf } from './registry-of'

const TYPES = { avro: 'AVRO', protobuf: 'PROTOBUF', 'json-schema': 'JSON' } as const

/** Confluent answers `messages` (verbose), Apicurio a `reason`. */
const verdict = z.object({
  is_compatible: z.boolean(),
  messages: z.array(z.string()).nullish(),
  reason: z.string().nullish(),
})

/**
 * Asks the registry whether a text would do as the subject's next version. Throws SCHEMA_INVALID with its
 * words, REGISTRY_*.
 */
export const checkSchema = verb(schemas.check, async (ctx, input) => {
  authorise(ctx, 'schema.read', { cluster: input.cluster })
  const registry = registryOf(ctx, input.cluster)
  const body = { schema: input.text, schemaType: TYPES[input.kind], references: input.references }
  const path = ['compatibility', 'subjects', input.subject, 'versions', 'latest']
  const text = await registry.send('POST', path, { query: 'verbose=true', body }).catch(toRegistryError)
  const answer = await Promise.resolve(text)
    .then(found => parseAnswer(verdict, found))
    .catch(toRegistryError)
  return {
    compatible: answer.is_compatible,
    messages: answer.messages ?? (answer.reason ? [answer.reason] : []),
  }
})
