'use client'

import { useTranslations } from 'next-intl'
import { ErrorState } from '@/components/ui/error-state'

/** A page that could not be drawn. The digest is what the server's log says of it. */
export function FailedView({ digest, onRetry }: { digest: string | null; onRetry: () => void }) {
  const t = useTranslations('shell.failed')
  return (
    <>
      <h1 tabIndex={-1} className="sr-only">
        {t('title')}
      </h1>
      <ErrorState title={t('title')} hint={t('body')} code="INTERNAL" requestId={digest} onRetry={onRetry} />
    </>
  )
}
