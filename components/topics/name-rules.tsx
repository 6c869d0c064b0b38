'use client'

import { Check, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { StatusIcon } from '@/components/ui/status'
import type { NameCheck, NameViolation } from '@/lib/contracts/topics'

type ViolationTranslator = {
  (key: string, params: Record<string, string | number>): string
  has(key: string): boolean
}

/** The words of a broken rule in the reader's language; the server's English sentence where a code has none. */
export function useViolationWords(): (violation: NameViolation) => string {
  const t = useTranslations('naming.violation') as unknown as ViolationTranslator
  return violation => (t.has(violation.code) ? t(violation.code, violation.params) : violation.message)
}

/** The verdict on a name, rule by rule: what is wrong first, with the fix as a button; then what holds. */
export function NameRules({ check, onApply }: { check: NameCheck; onApply: (name: string) => void }) {
  const t = useTranslations('topics.new')
  const words = useViolationWords()
  return (
    <div className="flex flex-col gap-2" aria-live="polite">
      <ul className="flex flex-col gap-1">
        {check.violations.map(v => (
          <li key={`${v.code}-${v.field}`} className="flex items-start gap-1.5 text-error">
            <X aria-hidden size={14} className="mt-[3px] shrink-0" />
            <span>{words(v)}</span>
          </li>
        ))}
        {check.warnings.map(v => (
          <li key={`${v.code}-${v.field}`} className="flex items-start gap-1.5 text-warn">
            <StatusIcon kind="warn" className="mt-[3px]" />
            <span>{words(v)}</span>
          </li>
        ))}
        {check.valid ? (
          <li className="flex items-start gap-1.5 text-ok">
            <StatusIcon kind="ok" className="mt-[3px]" />
            <span>{t('ok')}</span>
          </li>
        ) : null}
      </ul>
      {check.suggestions.length > 0 ? (
        <div className="flex flex-col items-start gap-1.5">
          <span className="text-meta text-text-3">{t('suggestions')}</span>
          {check.suggestions.map(name => (
            <Button key={name} size="sm" onClick={() => onApply(name)}>
              {t('apply', { name })}
            </Button>
          ))}
        </div>
      ) : null}
      <Segments check={check} />
    </div>
  )
}

function Segments({ check }: { check: NameCheck }) {
  const t = useTranslations('topics.new.segment')
  if (check.segments.length === 0) return null
  const label = (name: string) =>
    name === 'domain' || name === 'service' || name === 'event' ? t(name) : name
  return (
    <dl className="flex flex-wrap gap-x-4 gap-y-1 text-meta">
      {check.segments.map(segment => (
        <div key={segment.name} className="flex items-center gap-1">
          <dt className="text-text-3">{label(segment.name)}</dt>
          <dd
            className={cn(
              'mono-sm inline-flex items-center gap-0.5',
              segment.ok ? 'text-text' : 'text-error',
            )}
          >
            {segment.ok ? <Check aria-hidden size={12} /> : <X aria-hidden size={12} />}
            {segment.value || '—'}
          </dd>
        </div>
      ))}
    </dl>
  )
}
