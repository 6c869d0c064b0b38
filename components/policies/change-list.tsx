'use client'

import { useTranslations } from 'next-intl'
import type { PolicyChange } from '@/lib/contracts/policies'

/** Differences between two policies, one a line: where, what it was, what it is. */
export function ChangeList({ changes }: { changes: readonly PolicyChange[] }) {
  const t = useTranslations('policies')
  if (changes.length === 0) return <p className="text-meta text-text-3">{t('noChanges')}</p>
  return (
    <ul className="flex flex-col divide-y divide-line-soft" translate="no">
      {changes.map((change, i) => (
        <li key={i} className="flex flex-col gap-0.5 py-1.5">
          <span className="mono-sm break-all text-text-2">{change.path}</span>
          <span className="flex flex-col">
            {change.before === null ? null : (
              <del className="mono-sm break-all text-error no-underline">
                <span aria-hidden>− </span>
                <span className="sr-only">{t('was')} </span>
                {change.before}
              </del>
            )}
            {change.after === null ? null : (
              <ins className="mono-sm break-all text-ok no-underline">
                <span aria-hidden>+ </span>
                <span className="sr-only">{t('becomes')} </span>
                {change.after}
              </ins>
            )}
          </span>
        </li>
      ))}
    </ul>
  )
}
