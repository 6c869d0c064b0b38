import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { ApiError } from '@/components/api/api-error'
import { useClusterSummary } from '@/components/api/clusters'
import { QueryError } from '@/components/api/query-error'
import { EnvChip } from '@/components/ui/badge'
import { ActionButton, Button } from '@/components/ui/button'
import { Dialog, TypeNameField } from '@/components/ui/dialog'
import { Field, Input } from '@/components/ui/input'
import { DELETE_REASON_MAX } from '@/lib/contracts/topic-changes'

export type IrreversibleAction = {
  cluster: string
  topic: string
  title: string
  body: string
  /** What the button of the deed says. */
  verb: string
  look: () => void
  looking: boolean
  /** Why it can't be done although it was looked at; null: it can, once the name stands there. */
  refusal: string | null
  run: () => void
  running: boolean
  error: ApiError | null
  typed: string
  onTypedChange: (typed: string) => void
  /** For the audit log; may stay empty. */
  reason: string
  onReasonChange: (reason: string) => void
  /** What has to be said before anything is looked at. */
  fields?: ReactNode
  /** What was found; null: not looked yet. */
  found: ReactNode
  onClose: () => void
}

/** As a change takes it: nothing where nothing was written. */
export const whyOf = (reason: string) => (reason.trim() === '' ? {} : { reason: reason.trim() })

/**
 * What can't be taken back is done in two steps: first a look at what would happen, then the name of the
 * topic, typed.
 */
export function IrreversibleDialog(action: IrreversibleAction) {
  const t = useTranslations('topics.change')
  const common = useTranslations('common')
  const { cluster, topic, found, typed, error } = action
  const environment = useClusterSummary(cluster)?.environment
  const untyped = typed === topic ? null : common('typeFirst')
  return (
    <Dialog
      open
      onOpenChange={open => {
        if (!open) action.onClose()
      }}
      title={action.title}
      chip={environment ? <EnvChip environment={environment} /> : null}
      description={action.body}
      footer={
        <>
          <Button onClick={action.onClose}>{common('cancel')}</Button>
          <Button busy={action.looking} onClick={action.look}>
            {t('look')}
          </Button>
          <ActionButton
            variant="danger"
            reason={found === null ? t('lookFirst') : (action.refusal ?? untyped)}
            busy={action.running}
            onClick={action.run}
          >
            {action.verb}
          </ActionButton>
        </>
      }
    >
      <div className="flex flex-col gap-3 pt-3">
        <p className="mono wrap-anywhere">{topic}</p>
        {action.fields}
        {found === null ? null : (
          <>
            {found}
            <Field label={t('reason')} hint={t('reasonHint')}>
              {({ invalid, ...ids }) => (
                <Input
                  {...ids}
                  invalid={invalid}
                  maxLength={DELETE_REASON_MAX}
                  value={action.reason}
                  onChange={event => action.onReasonChange(event.currentTarget.value)}
                />
              )}
            </Field>
            <TypeNameField name={topic} value={typed} onValueChange={action.onTypedChange} />
          </>
        )}
        {error ? <QueryError compact error={error} /> : null}
      </div>
    </Dialog>
  )
}
