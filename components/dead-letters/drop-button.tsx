'use client'

import { Trash2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { usePermission } from '@/components/api/me'
import { useApiMutation } from '@/components/api/use-api'
import { ActionButton } from '@/components/ui/button'
import { useToast } from '@/components/ui/toast'
import { deadLetterDrops } from '@/lib/contracts/dead-letter-drops'
import { ISSUE_QUERIES } from './dead-letters-query'
import { ReasonDialog } from './reason-dialog'

type What =
  | { fingerprints: readonly string[] }
  | { records: readonly { partition: number; offset: string }[] }

/**
 * Drops letters with a reason: done, without a replay; nothing goes from Kafka. Of issues all that are open,
 * or single ones of a topic.
 */
export function DropButton({
  cluster,
  what,
  topic,
  count,
  size = 'md',
  onDone,
}: {
  cluster: string
  what: What
  topic: string | undefined
  count: number
  size?: 'md' | 'sm'
  onDone?: (() => void) | undefined
}) {
  const t = useTranslations('dead-letters')
  const toast = useToast()
  const [asked, setAsked] = useState(false)
  const permission = usePermission('deadletter.triage', {
    cluster,
    ...(topic === undefined ? {} : { topic }),
  })
  const drop = useApiMutation(deadLetterDrops.drop, { invalidates: [...ISSUE_QUERIES, deadLetterDrops.list] })
  const run = async (reason: string) => {
    const asks =
      'records' in what
        ? [{ topic, records: what.records.map(({ partition, offset }) => ({ partition, offset })) }]
        : what.fingerprints.map(fingerprint => ({ fingerprint }))
    let dropped = 0
    try {
      for (const one of asks) dropped += (await drop.mutateAsync({ cluster, reason, ...one })).dropped
    } catch {
      return // the dialog says why
    }
    setAsked(false)
    toast(t('drop.done', { n: dropped }))
    onDone?.()
  }
  return (
    <>
      <ActionButton
        size={size}
        icon={<Trash2 size={16} />}
        reason={permission.reason ?? (count === 0 ? t('nothingOpen') : null)}
        onClick={() => setAsked(true)}
      >
        {t('drop.button')}
      </ActionButton>
      {asked ? (
        <ReasonDialog
          title={t('drop.title', { n: count })}
          body={t('drop.body')}
          confirm={t('drop.confirm', { n: count })}
          busy={drop.isPending}
          error={drop.error}
          onClose={() => setAsked(false)}
          onConfirm={reason => void run(reason)}
        />
      ) : null}
    </>
  )
}
