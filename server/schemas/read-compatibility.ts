import * as z from 'zod'
import type { SchemaRegistry } from './schema-registry'

/** GET answers `compatibilityLevel`, PUT `compatibility`; some registries answer the latter to both. */
const config = z.object({
  compatibilityLevel: z.string().max(100).optional(),
  compatibility: z.string().max(100).optional(),
})

/** The compatibility that a registry, or one of its subjects, holds new versions to; null: not told. */
export async function readCompatibility(
  registry: SchemaRegistry,
  subject: string | null,
): Promise<string | null> {
  try {
    const answer = await registry.read(config, subject === null ? ['config'] : ['config', subject])
    return answer.compatibilityLevel ?? answer.compatibility ?? null
  } catch {
    return null
  }
}
