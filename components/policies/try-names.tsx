'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { useViolationWords } from '@/components/api/use-violation-words'
import { Textarea } from '@/components/ui/input'
import { StatusIcon } from '@/components/ui/status'
import type { PolicySpec } from '@/lib/contracts/policy-spec'
import { checkName } from '@/lib/naming-policy/check-name'
import { compilePolicy } from '@/lib/naming-policy/policy'

const MOST_NAMES = 50

/** Names, one a line, judged by the draft as they are typed: by the same function that decides on the server. */
export function TryNames({
  spec,
  environment,
}: {
  spec: PolicySpec | undefined
  environment: 'prod' | 'stg' | 'dev'
}) {
  const t = useTranslations('policies.try')
  const words = useViolationWords()
  const [text, setText] = useState('')
  const names = text
    .split('\n')
    .map(line => line.trim().slice(0, 300))
    .filter(line => line !== '')
    .slice(0, MOST_NAMES)
  const policy = spec && names.length > 0 ? compilePolicy(spec, { environment }) : null
  return (
    <>
      <Textarea
        mono
        rows={3}
        aria-label={t('title')}
        placeholder={t('placeholder')}
        value={text}
        onChange={event => setText(event.currentTarget.value)}
      />
      <ul aria-live="polite" className="mt-1 flex flex-col text-meta">
        {policy
          ? names.map((name, i) => {
              const check = checkName(policy, name)
              const [first] = check.violations
              return (
                <li key={i} className="flex items-start gap-1.5 py-0.5">
                  <StatusIcon kind={check.valid ? 'ok' : 'error'} className="mt-0.5" />
                  <span className="min-w-0">
                    <bdi translate="no" className="mono-sm block truncate">
                      {name}
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
          : null}
      </ul>
    </>
  )
}
