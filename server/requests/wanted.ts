import type { RequestChange, RequestKind } from '@/lib/contracts/requests'
import { AppError, type FieldError } from '@/lib/errors'

const FIELDS: Record<RequestKind, readonly (keyof RequestChange)[]> = {
  create: [
    'partitions',
    'replicationFactor',
    'configs',
    'owner',
    'description',
    'classification',
    'schema',
    'tags',
    'propose',
    'expected',
  ],
  partitions: ['partitions'],
  configs: ['configs', 'reset'],
  delete: ['override'],
  access: ['principal', 'operations', 'group'],
}
const ALL = [...new Set(Object.values(FIELDS).flat())]
/** `User:alice`, `Group:…`: type and name; `*` would let everybody in, and is not asked for here. */
const PRINCIPAL = /^[A-Za-z]{1,50}:(?!\*$)[^\p{Cc}]{1,249}$/u

const invalid = (path: string, code: string, message: string): FieldError => ({ path, code, message })

/** What is asked for, of the fields that its kind has. Throws INPUT_INVALID for one that is missing or of another kind. */
export function wantedOf(kind: RequestKind, input: RequestChange): RequestChange {
  const fields: FieldError[] = []
  const change: RequestChange = {}
  for (const name of ALL) {
    const value = input[name]
    if (value === undefined) continue
    if (FIELDS[kind].includes(name)) Object.assign(change, { [name]: value })
    else fields.push(invalid(name, 'OTHER_KIND', `does not belong to a request of kind ${kind}`))
  }
  const need = (name: keyof RequestChange) => {
    if (change[name] === undefined) fields.push(invalid(name, 'REQUIRED', 'is missing'))
  }
  if (kind === 'create') {
    need('partitions')
    need('replicationFactor')
  }
  if (kind === 'partitions') {
    need('partitions')
    if ((change.partitions ?? 1) < 1) fields.push(invalid('partitions', 'TOO_SMALL', 'must be 1 or more'))
  }
  if (kind === 'configs' && Object.keys(change.configs ?? {}).length + (change.reset?.length ?? 0) === 0)
    fields.push(invalid('configs', 'REQUIRED', 'nothing would change'))
  if (kind === 'access') {
    need('principal')
    if (!change.operations?.length) fields.push(invalid('operations', 'REQUIRED', 'is missing'))
    if (change.principal !== undefined && !PRINCIPAL.test(change.principal))
      fields.push(invalid('principal', 'FORMAT', 'must be a type and a name, such as User:alice'))
  }
  if (fields.length > 0) throw new AppError('INPUT_INVALID', { fields })
  return change
}
