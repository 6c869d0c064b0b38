import { useTranslations } from 'next-intl'
import { decodeFailureWhy, schemaFault } from '@/lib/contracts/decode-failure'
import type { Payload } from '@/lib/contracts/messages'
import { decoderName } from '@/lib/contracts/serdes'

/** Why bytes were not decoded, in the reader's language; null for those that were. */
export function useFailureWords(): (
  failure: Pick<Payload, 'error' | 'errorCode' | 'errorParams'>,
) => string | null {
  const t = useTranslations('messages')
  return ({ error, errorCode, errorParams = {} }) => {
    if (error === undefined) return null
    // An older replica of the server sends no code.
    if (errorCode === undefined) return error
    const why = decodeFailureWhy.safeParse(errorParams.why)
    if (why.success) return t(`failureWhy.${why.data}`, errorParams)
    const fault = schemaFault.safeParse(errorParams.why)
    if (errorCode === 'SCHEMA_UNUSABLE' && fault.success) return t(`failureSchema.${fault.data}`, errorParams)
    const format = decoderName.safeParse(errorParams.format)
    return t(`failure.${errorCode}`, {
      ...errorParams,
      ...(format.success ? { format: t(`serde.decoder.${format.data}`) } : {}),
    })
  }
}
