'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { ApiError } from '@/components/api/api-error'
import { ConfirmDialog } from '@/components/ui/dialog'
import type { Removal } from '@/lib/contracts/offset-plans'
import { ErrorLine, ProblemWords } from './removal-words'

/** Asks before something is removed, after a dry run said what would go and what stands against it. */
export function RemovalDialog({
  title,
  body,
  confirm,
  typeName,
  dry,
  error,
  busy,
  onClose,
  onConfirm,
}: {
  title: ReactNode
  body: ReactNode
  confirm: ReactNode
  typeName?: string
  /** undefined: still looking. */
  dry: Removal | undefined
  error: ApiError | null
  busy: boolean
  onClose: () => void
  onConfirm: () => void
}) {
  const t = useTranslations('offsets.remove')
  const free = dry !== undefined && dry.problem === null
  return (
    <ConfirmDialog
      open
      onOpenChange={open => {
        if (!open) onClose()
      }}
      danger
      title={title}
      body={dry ? body : t('checking')}
      confirm={confirm}
      busy={busy || !free}
      {...(typeName && free ? { typeName } : {})}
      onConfirm={onConfirm}
    >
      {dry?.problem ? <ProblemWords problem={dry.problem} /> : null}
      {error ? <ErrorLine error={error} /> : null}
    </ConfirmDialog>
  )
}
