'use client'

import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import { useApiMutation } from '@/components/api/use-api'
import { UsageReport } from '@/components/change/topic-usage'
import { Checkbox } from '@/components/ui/checkbox'
import { useToast } from '@/components/ui/toast'
import { configText } from '@/lib/config-meaning'
import { topicChanges } from '@/lib/contracts/topic-changes'
import { topics } from '@/lib/contracts/topics'
import { IrreversibleDialog, whyOf } from './irreversible-dialog'

/**
 * Deletes a topic and makes it anew with the same settings: first who would notice and what would stand there
 * again, then the name.
 */
export function RecreateDialog({
  cluster,
  topic,
  onClose,
}: {
  cluster: string
  topic: string
  onClose: () => void
}) {
  const t = useTranslations('topics.change')
  const form = useTranslations('requests.form')
  const locale = useLocale()
  const toast = useToast()
  const [typed, setTyped] = useState('')
  const [reason, setReason] = useState('')
  const [override, setOverride] = useState(false)
  const look = useApiMutation(topicChanges.recreate)
  const run = useApiMutation(topicChanges.recreate, {
    invalidates: [topics.get, topics.configs, topics.list],
    onSuccess: () => {
      toast(t('applied.recreate', { topic }))
      onClose()
    },
  })
  const seen = look.data
  return (
    <IrreversibleDialog
      cluster={cluster}
      topic={topic}
      title={t('recreate')}
      body={t('recreateBody')}
      verb={t('apply.recreate')}
      look={() => look.mutate({ cluster, topic, dryRun: true })}
      looking={look.isPending}
      refusal={null}
      run={() => run.mutate({ cluster, topic, confirm: typed, override, ...whyOf(reason) })}
      running={run.isPending}
      error={run.error ?? look.error}
      typed={typed}
      onTypedChange={setTyped}
      reason={reason}
      onReasonChange={setReason}
      found={
        seen ? (
          <>
            <UsageReport usage={seen.usage} />
            <p className="text-text-2">
              {t('anew', {
                partitions: seen.partitions,
                replication: seen.replicationFactor,
                configs: Object.keys(seen.configs).length,
              })}
            </p>
            <ul className="mono-sm max-h-32 overflow-auto text-text-2">
              {Object.entries(seen.configs).map(([name, value]) => (
                <li key={name} className="wrap-anywhere">
                  {configText(name, value, locale)}
                </li>
              ))}
            </ul>
            {seen.usage.inUse ? (
              <Checkbox checked={override} onCheckedChange={setOverride} label={form('override')} />
            ) : null}
          </>
        ) : null
      }
      onClose={onClose}
    />
  )
}
