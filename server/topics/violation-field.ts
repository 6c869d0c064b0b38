import type { NameViolation } from '@/lib/contracts/topics'
import type { FieldError } from '@/lib/errors'
import { TOPIC_FIELDS } from '@/lib/naming-policy/check-topic'

const OWN_FIELDS: ReadonlySet<string> = new Set(TOPIC_FIELDS)

/** A violation as a form's field: segments of the name all belong to `name`. */
export function toField({ field, code, message, params, suggestion }: NameViolation): FieldError {
  const isOwn = OWN_FIELDS.has(field) || field.startsWith('configs.')
  return {
    path: isOwn ? field : 'name',
    code,
    message,
    params: {
      ...params,
      ...(isOwn || field === 'name' ? {} : { segment: field }),
      ...(suggestion === null ? {} : { suggestion }),
    },
  }
}
