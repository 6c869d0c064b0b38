'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { useClusterSummary } from '@/components/api/clusters'
import { QueryError } from '@/components/api/query-error'
import { useApiMutation } from '@/components/api/use-api'
import { UsageReport } from '@/components/change/topic-usage'
import { EnvChip } from '@/components/ui/badge'
import { ActionButton, Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { Dialog, TypeNameField } from '@/components/ui/dialog'
import { useToast } from '@/components/ui/toast'
import { topicChanges } from '@/lib/contracts/topic-changes'
import { topics } from '@/lib/contracts/topics'

/** Deletes a topic and makes it anew with the same settings: first who would notice and what would stand there again, then the name. */
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
  const common = useTranslations('common')
  const form = useTranslations('requests.form')
  const toast = useToast()
  const environment = useClusterSummary(cluster)?.environment
  const [typed, setTyped] = useState('')
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
  const refusal = seen === undefined ? t('lookFirst') : typed === topic ? null : common('typeFirst')
  const error = run.error ?? look.error
  return (
    <Dialog
      open
      onOpenChange={open => {
        if (!open) onClose()
      }}
      title={t('recreate')}
      chip={environment ? <EnvChip environment={environment} /> : null}
      description={t('recreateBody')}
      footer={
        <>
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button busy={look.isPending} onClick={() => look.mutate({ cluster, topic, dryRun: true })}>
            {t('look')}
          </Button>
          <ActionButton
            variant="danger"
            reason={refusal}
            busy={run.isPending}
            onClick={() => run.mutate({ cluster, topic, confirm: typed, override })}
          >
            {t('apply.recreate')}
          </ActionButton>
        </>
      }
    >
      <div className="flex flex-col gap-3 pt-3">
        <p className="mono wrap-anywhere">{topic}</p>
        {seen ? (
          <>
            <UsageReport usage={seen.usage} />
            <p className="text-text-2">
              {t('anew', { partitions: seen.partitions, replication: seen.replicationFactor })}
            </p>
            <ul className="mono-sm max-h-32 overflow-auto text-text-2">
              {Object.entries(seen.configs).map(([name, value]) => (
                <li key={name} className="wrap-anywhere">
                  {name}={value}
                </li>
              ))}
            </ul>
            {seen.usage.inUse ? (
              <Checkbox checked={override} onCheckedChange={setOverride} label={form('override')} />
            ) : null}
            <TypeNameField name={topic} value={typed} onValueChange={setTyped} />
          </>
        ) : null}
        {error ? <QueryError compact error={error} /> : null}
      </div>
    </Dialog>
  )
}
