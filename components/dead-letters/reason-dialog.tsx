'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { useErrorWords } from '@/components/api/use-error-words'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field, Textarea } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'

/** What went wrong, in a line. */
export function FailedLine({ code }: { code: string }) {
  const { title, hint } = useErrorWords()(code)
  return (
    <Notice tone="error">
      {title}
      {hint ? ` ${hint}` : null}
    </Notice>
  )
}

/** Asks why before something is done about letters. */
export function ReasonDialog({
  title,
  body,
  confirm,
  busy,
  error,
  onClose,
  onConfirm,
}: {
  title: string
  body: string
  confirm: string
  busy: boolean
  error: { code: string } | null
  onClose: () => void
  onConfirm: (reason: string) => void
}) {
  const t = useTranslations('dead-letters.triage')
  const common = useTranslations('common')
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const missing = reason.trim() === ''
  const submit = () => {
    setTried(true)
    if (!missing) onConfirm(reason.trim())
  }
  return (
    <Dialog
      open
      onOpenChange={open => (open ? undefined : onClose())}
      size="sm"
      title={title}
      description={body}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button variant="primary" busy={busy} onClick={submit}>
            {confirm}
          </Button>
        </>
      }
    >
      <Field
        className="mt-3"
        label={t('reason')}
        hint={t('reasonHint')}
        required
        error={tried && missing ? t('reasonMissing') : null}
      >
        {({ id, invalid, ...described }) => (
          <Textarea
            id={id}
            invalid={invalid}
            {...described}
            rows={3}
            maxLength={2000}
            value={reason}
            onChange={event => setReason(event.currentTarget.value)}
          />
        )}
      </Field>
      {error ? <FailedLine code={error.code} /> : null}
    </Dialog>
  )
}
