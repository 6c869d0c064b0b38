'use client'

import { useViolationWords } from '@/components/api/use-violation-words'
import { StatusIcon } from '@/components/ui/status'
import { VisibleText } from '@/components/ui/visible-text'
import type { PolicySpec } from '@/lib/contracts/policy-spec'
import { checkName } from '@/lib/naming-policy/check-name'
import { compilePolicy } from '@/lib/naming-policy/policy'

/** What a draft says of each name, as list items. */
export function TriedNames({
  names,
  spec,
  environment,
}: {
  names: readonly string[]
  spec: PolicySpec
  environment: 'prod' | 'stg' | 'dev'
}) {
  const words = useViolationWords()
  const policy = compilePolicy(spec, { environment })
  return names.map((name, i) => {
    const check = checkName(policy, name)
    const [first] = check.violations
    return (
      <li key={i} className="flex items-start gap-1.5 py-0.5">
        <StatusIcon kind={check.valid ? 'ok' : 'error'} className="mt-0.5" />
        <span className="min-w-0">
          <bdi translate="no" className="mono-sm block truncate">
            <VisibleText text={name} />
          </bdi>
          {first ? <span className="text-text-2">{words(first)}</span> : null}
          {check.suggestions[0] ? (
            <span translate="no" className="mono-sm block truncate text-text-2">
              → {check.suggestions[0]}
            </span>
          ) : null}
        </span>
      </li>
    )
  })
}
