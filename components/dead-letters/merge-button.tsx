'use client'

import { Merge } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { usePermission } from '@/components/api/me'
import { useApiMutation } from '@/components/api/use-api'
import { ActionButton } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/dialog'
import { useToast } from '@/components/ui/toast'
import { deadLetterTriage } from '@/lib/contracts/dead-letter-triage'
import type { DeadLetterIssue } from '@/lib/contracts/dead-letters'
import { ISSUE_QUERIES } from './dead-letters-query'
import { useCauseName } from './issue-cells'
import { FailedLine } from './reason-dialog'

/** Counts some issues to the one of them that has most letters: one failure with several faces. */
export function MergeButton({
  cluster,
  issues,
  size = 'md',
  onDone,
}: {
  cluster: string
  issues: readonly DeadLetterIssue[]
  size?: 'md' | 'sm'
  onDone?: (() => void) | undefined
}) {
  const t = useTranslations('dead-letters.merge')
  const toast = useToast()
  const nameOf = useCauseName()
  const [asked, setAsked] = useState(false)
  const [first, ...others] = [...issues].sort((a, b) => b.count - a.count)
  const topic = first?.topic
  const { reason } = usePermission('deadletter.triage', {
    cluster,
    ...(topic === undefined ? {} : { topic }),
  })
  const merge = useApiMutation(deadLetterTriage.merge, {
    invalidates: ISSUE_QUERIES,
    onSuccess: ({ merged }) => {
      toast(t('done', { n: merged.length }))
      onDone?.()
    },
  })
  if (!first) return null
  return (
    <>
      <ActionButton
        size={size}
        icon={<Merge size={16} />}
        reason={reason}
        busy={merge.isPending}
        onClick={() => setAsked(true)}
      >
        {t('button')}
      </ActionButton>
      <ConfirmDialog
        open={asked}
        onOpenChange={setAsked}
        title={t('title', { n: issues.length })}
        body={t('body', { name: nameOf(first.exceptionClass, first.sampleMessage).slice(0, 120) })}
        confirm={t('button')}
        onConfirm={() => {
          setAsked(false)
          merge.mutate({
            cluster,
            fingerprints: others.map(issue => issue.fingerprint),
            into: first.fingerprint,
          })
        }}
      />
      {merge.error ? <FailedLine code={merge.error.code} /> : null}
    </>
  )
}
