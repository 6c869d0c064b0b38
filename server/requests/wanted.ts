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

/** As many as may be reset; a topic of Kafka has forty. */
const MOST_CONFIGS = 200
/** Every edit keeps the whole of it once more. */
const MOST_CHARS = 65_536

const invalid = (path: string, code: string, message: string): FieldError => ({ path, code, message })

/**
 * What is asked for about the topic, of the fields that its kind has. Throws INPUT_INVALID for one of another
 * kind and, unless it is a draft, for one that is missing; of a draft for a name that cannot be stored.
 */
export function wantedOf(
  { topic, kind, draft }: { topic: string; kind: RequestKind; draft: boolean },
  input: RequestChange,
): RequestChange {
  const fields: FieldError[] = []
  const change: RequestChange = {}
  for (const name of ALL) {
    const value = input[name]
    if (value === undefined) continue
    if (FIELDS[kind].includes(name)) Object.assign(change, { [name]: value })
    else fields.push(invalid(name, 'OTHER_KIND', `does not belong to a request of kind ${kind}`))
  }
  // What the store has no room for; whatever is filed has passed as a name by then.
  if (draft && topic.includes('\u0000')) fields.push(invalid('topic', 'FORMAT', 'holds U+0000'))
  if (Object.keys(change.configs ?? {}).length > MOST_CONFIGS)
    fields.push(invalid('configs', 'TOO_MANY', `must have ${MOST_CONFIGS} names or less`))
  else if (JSON.stringify(change).length > MOST_CHARS)
    fields.push({
      ...invalid('configs', 'TOO_BIG', `must have ${MOST_CHARS} characters or less, all together`),
      params: { maximum: MOST_CHARS, of: 'string' },
    })
  if (!draft) fields.push(...lackingOf(topic, kind, change))
  if (fields.length > 0) throw new AppError('INPUT_INVALID', { fields })
  return change
}

/** What has to be there, or to be otherwise, before it can be filed, whatever policy and cluster say. */
export function lackingOf(topic: string, kind: RequestKind, change: RequestChange): FieldError[] {
  const fields: FieldError[] = []
  const need = (name: keyof RequestChange) => {
    if (change[name] === undefined) fields.push(invalid(name, 'REQUIRED', 'is missing'))
  }
  if (topic === '') fields.push(invalid('topic', 'REQUIRED', 'is missing'))
  if (kind === 'create') {
    need('partitions')
    need('replicationFactor')
  }
  if (kind === 'partitions') {
    need('partitions')
    if ((change.partitions ?? 1) < 1)
      fields.push({ ...invalid('partitions', 'TOO_SMALL', 'must be 1 or more'), params: { minimum: 1 } })
  }
  if (kind === 'configs' && Object.keys(change.configs ?? {}).length + (change.reset?.length ?? 0) === 0)
    fields.push(invalid('configs', 'REQUIRED', 'nothing would change'))
  if (kind === 'access') {
    need('principal')
    if (!change.operations?.length) fields.push(invalid('operations', 'REQUIRED', 'is missing'))
    if (change.principal !== undefined && !PRINCIPAL.test(change.principal))
      fields.push(invalid('principal', 'FORMAT', 'must be a type and a name, such as User:alice'))
  }
  return fields
}
