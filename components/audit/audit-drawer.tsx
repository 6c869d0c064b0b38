'use client'

import { useTranslations } from 'next-intl'
import { ActionWords, AuditOutcome, nameInDetails } from '@/components/api/audit-words'
import { ClusterName } from '@/components/api/clusters'
import { CodeView } from '@/components/ui/code-view'
import { Drawer, DrawerSection } from '@/components/ui/drawer'
import { KeyValueList } from '@/components/ui/key-value'
import { MonoId } from '@/components/ui/mono-id'
import { Timestamp } from '@/components/ui/time'
import { VisibleText } from '@/components/ui/visible-text'
import type { AuditEntry } from '@/lib/contracts/audit'

/** One entry with what was intended and what came of it. */
export function AuditDrawer({ entry, onClose }: { entry: AuditEntry; onClose: () => void }) {
  const t = useTranslations('audit')
  const name = nameInDetails(entry)
  return (
    <Drawer
      open
      onClose={onClose}
      label={entry.action}
      header={
        <>
          <h2 className="text-form font-semibold">
            <ActionWords action={entry.action} />
          </h2>
          <p className="mt-0.5 flex items-center gap-3">
            <AuditOutcome entry={entry} />
            <Timestamp at={entry.at} withZone className="text-meta text-text-3" />
          </p>
        </>
      }
    >
      <DrawerSection>
        <KeyValueList
          items={[
            { label: t('actor'), value: entry.actor },
            { label: t('action'), value: entry.action, mono: true },
            name === null ? null : { label: t('name'), value: <VisibleText text={name} /> },
            { label: t('resource'), value: <MonoId id={entry.resource} copy /> },
            entry.cluster === null
              ? null
              : { label: t('cluster'), value: <ClusterName id={entry.cluster} /> },
            entry.code === null ? null : { label: t('code'), value: entry.code, mono: true },
            entry.reason === null ? null : { label: t('reason'), value: entry.reason },
            { label: t('requestId'), value: <MonoId id={entry.requestId} copy /> },
          ]}
        />
      </DrawerSection>
      <DrawerSection title={t('details')}>
        <CodeView text={JSON.stringify(entry.details)} label={t('details')} />
      </DrawerSection>
    </Drawer>
  )
}
