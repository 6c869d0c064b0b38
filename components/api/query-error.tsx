'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { ErrorState } from '@/components/ui/error-state'
import { Notice } from '@/components/ui/notice'
import type { Problem } from '@/lib/contracts/common'
import type { ApiError } from './api-error'
import { useErrorWords } from './use-error-words'

/** A failed read in words, with its code, request id and a way to try again. */
export function QueryError({
  error,
  onRetry,
  retrying,
  compact,
  action,
}: {
  error: ApiError
  onRetry?: () => void
  retrying?: boolean
  compact?: boolean
  action?: ReactNode
}) {
  const words = useErrorWords()(error.code, error.params)
  return (
    <ErrorState
      title={words.title}
      hint={words.hint}
      code={error.code}
      requestId={error.requestId}
      onRetry={onRetry}
      {...(retrying ? { retrying } : {})}
      {...(compact ? { compact } : {})}
      action={action}
    />
  )
}

/** Parts of an answer that are missing: one line above what is there. */
export function ProblemsNotice({ problems }: { problems: readonly Problem[] | undefined }) {
  const t = useTranslations('common')
  const words = useErrorWords()
  if (!problems || problems.length === 0) return null
  const first = problems[0]
  if (!first) return null
  return (
    <Notice tone="warn">
      {t('partial', { count: problems.length })} {first.scope} — {words(first.code, first.params).title}
      {problems.length > 1 ? ` ${t('andMore', { count: problems.length - 1 })}` : ''}
    </Notice>
  )
}

/** A refresh that failed while older values are on the screen. */
export function StaleNotice({ error, onRetry }: { error: ApiError | null; onRetry: () => void }) {
  const t = useTranslations('common')
  const words = useErrorWords()
  if (!error) return null
  return (
    <Notice
      tone="warn"
      action={
        <button type="button" onClick={onRetry} className="font-medium underline underline-offset-2">
          {t('retry')}
        </button>
      }
    >
      {words(error.code, error.params).title} {t('lastGoodKept')}
      <span className="mono-sm ml-2">{error.code}</span>
    </Notice>
  )
}
