'use client'

import { OctagonX, RotateCw } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Button } from './button'
import { cn } from './cn'
import { CopyButton } from './copy-button'

/** At the end of a long dialog nobody would see what a click came to. */
function showInDialog(error: HTMLElement | null): void {
  if (error?.closest('[role=dialog], [role=alertdialog]')) error.scrollIntoView({ block: 'nearest' })
}

/**
 * What happened, what to do, and the code and request id that support will ask for. `compact` fits a panel or
 * a row.
 */
export function ErrorState({
  title,
  hint,
  code,
  requestId,
  onRetry,
  retrying,
  compact,
  action,
  className,
}: {
  title: ReactNode
  hint?: ReactNode
  code: string
  requestId?: string | null | undefined
  onRetry?: (() => void) | undefined
  retrying?: boolean
  compact?: boolean
  action?: ReactNode
  className?: string
}) {
  const t = useTranslations('common')
  return (
    <div
      ref={showInDialog}
      role="alert"
      className={cn(
        'flex min-w-0 gap-3',
        compact ? 'items-start px-3 py-2' : 'mx-auto max-w-140 flex-1 flex-col items-start px-6 py-12',
        className,
      )}
    >
      <OctagonX
        aria-hidden
        size={compact ? 16 : 24}
        strokeWidth={1.75}
        className="mt-0.5 shrink-0 text-error-mark"
      />
      <div className={cn('flex min-w-0 flex-col gap-1', compact && 'flex-1')}>
        <p className={compact ? 'font-medium' : 'text-section font-semibold'}>{title}</p>
        {hint ? <p className="text-text-2">{hint}</p> : null}
        <p className="flex flex-wrap items-center gap-x-2 text-text-3">
          <span className="mono-sm">{code}</span>
          {requestId ? (
            <span className="inline-flex flex-wrap items-center gap-x-0.5">
              <span className="text-meta whitespace-nowrap">{t('requestId')}</span>
              <span className="inline-flex items-center gap-0.5">
                <span className="mono-sm">{requestId}</span>
                <CopyButton text={requestId} label={t('copyRequestId')} />
              </span>
            </span>
          ) : null}
        </p>
        {onRetry || action ? (
          <div className="mt-2 flex gap-2">
            {onRetry ? (
              <Button
                size="sm"
                icon={<RotateCw size={14} />}
                onClick={onRetry}
                {...(retrying ? { busy: true } : {})}
              >
                {t('retry')}
              </Button>
            ) : null}
            {action}
          </div>
        ) : null}
      </div>
    </div>
  )
}
