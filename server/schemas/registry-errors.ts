import { AppError } from '@/lib/errors'
import { DecodeError } from '@/server/serde/decode-error'
import { RegistryError } from './registry-http'

/**
 * A registry's failure as the API's error. Its own words are for people who registered the schema: they are
 * shown, bounded.
 */
export function toRegistryError(error: unknown): never {
  if (error instanceof DecodeError)
    throw new AppError('SCHEMA_INVALID', { detail: error.message, cause: error })
  if (!(error instanceof RegistryError)) throw error
  const details = { detail: error.message, cause: error }
  switch (error.failure) {
    case 'unknown':
      throw new AppError('SCHEMA_UNKNOWN', details)
    case 'refused':
      throw new AppError(error.status === 409 ? 'SCHEMA_INCOMPATIBLE' : 'SCHEMA_INVALID', details)
    case 'unreachable':
    case 'untrusted':
    case 'slow':
      throw new AppError('REGISTRY_UNREACHABLE', details)
    case 'denied':
      throw new AppError('REGISTRY_DENIED', details)
    case 'redirect':
    case 'garbage':
      throw new AppError('REGISTRY_ERROR', details)
  }
}
