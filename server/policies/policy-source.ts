import { isScalar, parseDocument, stringify, visit, type YAMLMap, YAMLParseError } from 'yaml'
import { type PolicySpec, policySpec } from '@/lib/contracts/policy-spec'
import { AppError, type FieldError } from '@/lib/errors'
import type { Catalogue } from '@/lib/naming-policy/catalogue'
import { checkSpec } from '@/lib/naming-policy/check-spec'
import { isAllowed } from '@/lib/permissions'
import type { Context } from '@/server/context'

const MOST_FIELDS = 50

/**
 * A policy out of what was sent: data, or the text of a YAML (or JSON) document. Throws INPUT_INVALID (none
 * or both, not YAML) and POLICY_INVALID with a field for every fault of shape or sense.
 */
export function readPolicy(
  ctx: Pick<Context, 'config'>,
  given: { policy?: unknown; yaml?: string | undefined },
  catalogue: Catalogue,
): PolicySpec {
  if ((given.policy === undefined) === (given.yaml === undefined)) {
    const message = 'give either policy or yaml'
    throw new AppError('INPUT_INVALID', { fields: [{ path: 'policy', code: 'REQUIRED', message }] })
  }
  const data = given.yaml === undefined ? given.policy : parseYaml(given.yaml)
  const parsed = policySpec.safeParse(data)
  if (!parsed.success) {
    throw new AppError('POLICY_INVALID', {
      fields: parsed.error.issues.slice(0, MOST_FIELDS).map(issue => ({
        path: pathOf(issue.path),
        code: issue.code === 'unrecognized_keys' ? 'UNKNOWN' : 'POLICY_SHAPE',
        message: issue.message.slice(0, 300),
      })),
    })
  }
  const faults = checkSpec(parsed.data, { catalogue, approvers: approversOf(ctx) })
  if (faults.length > 0) throw new AppError('POLICY_INVALID', { fields: faults.slice(0, MOST_FIELDS) })
  return parsed.data
}

/** `naming.segments[2].pattern`. */
function pathOf(path: readonly PropertyKey[]): string {
  let out = ''
  for (const part of path)
    out += typeof part === 'number' ? `[${part}]` : `${out === '' ? '' : '.'}${String(part)}`
  return out
}

/**
 * Anchors, aliases and tags: their count is looked at first, since the parser takes the square of it.
 * `"*-parked"` is none.
 */
const MARK = /(?<=^|[\s[{,:])[&*!]/gm
const MOST_MARKS = 200

/** Refused by us: `reason` and params are what screens say it by. */
class YamlFault extends Error {
  readonly params: FieldError['params']

  constructor(reason: 'marks' | 'twice', params: Record<string, string | number>, message: string) {
    super(message)
    this.params = { reason, ...params }
  }
}

function readYaml(text: string): unknown {
  if ((text.match(MARK)?.length ?? 0) > MOST_MARKS)
    throw new YamlFault('marks', { max: MOST_MARKS }, `has more than ${MOST_MARKS} anchors, aliases and tags`)
  // The parser compares each key with all before it: a page of keys would keep this thread busy for minutes.
  const document = parseDocument(text, { uniqueKeys: false, prettyErrors: true })
  const [error] = document.errors
  if (error) throw error
  visit(document, { Map: (_, map) => refuseTwice(map) })
  // Aliases stay few: a page of them must not become a gigabyte.
  return document.toJS({ maxAliasCount: 100 })
}

function refuseTwice({ items }: YAMLMap): void {
  const seen = new Set<unknown>()
  for (const { key } of items) {
    const name = isScalar(key) ? key.value : key
    if (seen.has(name)) {
      const key = String(name).slice(0, 100)
      throw new YamlFault('twice', { key }, `has the key ${key} twice`)
    }
    seen.add(name)
  }
}

function parseYaml(text: string): unknown {
  try {
    return readYaml(text)
  } catch (error) {
    const params = paramsOf(error)
    const field: FieldError = {
      path: 'yaml',
      code: 'YAML',
      ...(params ? { params } : {}),
      message: error instanceof Error ? (error.message.split('\n')[0] ?? 'is not YAML') : 'is not YAML',
    }
    throw new AppError('INPUT_INVALID', { fields: [field] })
  }
}

function paramsOf(error: unknown): FieldError['params'] {
  if (error instanceof YamlFault) return error.params
  const at = error instanceof YAMLParseError ? error.linePos?.[0] : undefined
  return at && { reason: 'at', line: at.line, column: at.col }
}

/** People and tokens of the configuration who may approve somewhere. */
function approversOf({ config }: Pick<Context, 'config'>): number {
  const mayApprove = (grants: Parameters<typeof isAllowed>[0]) =>
    grants.some(({ role }) => isAllowed([{ role }], 'request.approve', {}))
  return config.users.filter(user => mayApprove(user.grants)).length
}

/**
 * The policy as YAML that PUT and the configuration take; what is as by default is written too, so that a
 * file says everything.
 */
export function writeYaml(spec: PolicySpec, header: readonly string[]): string {
  return `${header.map(line => `# ${line}\n`).join('')}${stringify(spec, { lineWidth: 110 })}`
}
