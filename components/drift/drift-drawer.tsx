'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { usePermission } from '@/components/api/me'
import { QueryError } from '@/components/api/query-error'
import { useApiMutation } from '@/components/api/use-api'
import { useViolationWords } from '@/components/api/use-violation-words'
import { ActionButton, LinkButton } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { useNow } from '@/components/ui/clock'
import { Drawer, DrawerSection } from '@/components/ui/drawer'
import { Field, Input } from '@/components/ui/input'
import { KeyValueList } from '@/components/ui/key-value'
import { MonoId } from '@/components/ui/mono-id'
import { Status } from '@/components/ui/status'
import { Timestamp } from '@/components/ui/time'
import { Bytes, Num } from '@/components/ui/value'
import { VisibleText } from '@/components/ui/visible-text'
import { type DriftFinding, type DriftRow, drift } from '@/lib/contracts/drift'
import { routes } from '@/lib/routes'

/** One topic's findings, each with what it is about, and the form that accepts some of them for a while. */
export function DriftDrawer({
  cluster,
  row,
  onClose,
}: {
  cluster: string
  row: DriftRow
  onClose: () => void
}) {
  const t = useTranslations('drift')
  return (
    <Drawer
      open
      onClose={onClose}
      label={row.topic}
      header={<MonoId id={row.topic} href={routes.topic(cluster, row.topic, 'configs')} />}
      footer={
        <LinkButton size="sm" href={routes.topic(cluster, row.topic, 'configs')}>
          {t('openTopic')}
        </LinkButton>
      }
    >
      <DrawerSection title={t('findings', { n: new Set(row.findings.map(one => one.rule)).size })}>
        <ul className="flex flex-col divide-y divide-line-soft">
          {row.findings.map((finding, i) => (
            <Finding key={i} cluster={cluster} topic={row.topic} finding={finding} />
          ))}
        </ul>
        {row.suggestion ? (
          <p className="mt-2 text-meta text-text-2">
            {t('suggestion')} <MonoId id={row.suggestion} small copy />
            <span className="block text-text-3">{t('renameHint')}</span>
          </p>
        ) : null}
      </DrawerSection>
      <DrawerSection title={t('facts')}>
        <KeyValueList
          labelWidth="w-36"
          items={[
            { label: t('owner'), value: row.owner ?? '—' },
            { label: t('partitions'), value: row.partitions },
            { label: t('replication'), value: row.replicationFactor },
            { label: t('size'), value: <Bytes value={row.bytes} reason={t('notMeasured')} /> },
            { label: t('groups'), value: <Num value={row.groups} reason={t('notMeasured')} /> },
            {
              label: t('lastRecord'),
              value: row.lastRecordAt ? <Timestamp at={row.lastRecordAt} precision="s" withZone /> : '—',
            },
          ]}
        />
      </DrawerSection>
      <WaiveForm cluster={cluster} row={row} />
    </Drawer>
  )
}

function Finding({ cluster, topic, finding }: { cluster: string; topic: string; finding: DriftFinding }) {
  const t = useTranslations('drift')
  const words = useViolationWords()
  const permission = usePermission('catalogue.write', { cluster, topic })
  const unwaive = useApiMutation(drift.unwaive, { invalidates: [drift.report] })
  const { waiver } = finding
  return (
    <li className="flex flex-col gap-0.5 py-1.5">
      <Status kind={waiver ? 'seen' : 'warn'}>{t(`rules.${finding.rule}`)}</Status>
      <span className="text-text-2">{words(finding)}</span>
      {finding.suggestion && finding.field !== 'name' ? (
        <span className="text-meta text-text-3">
          {t('allowed')} <span className="mono-sm">{finding.suggestion}</span>
        </span>
      ) : null}
      {waiver ? (
        <span className="flex flex-wrap items-center gap-2 text-meta text-text-3">
          <span className="min-w-0 flex-1">
            {t('waivedBy', { by: waiver.by, day: waiver.until.slice(0, 10) })} ·{' '}
            <VisibleText multiline text={waiver.reason} />
          </span>
          <ActionButton
            size="xs"
            reason={permission.reason}
            busy={unwaive.isPending}
            onClick={() => unwaive.mutate({ cluster, waiver: waiver.id })}
          >
            {t('unwaive')}
          </ActionButton>
        </span>
      ) : null}
      {unwaive.error ? <QueryError compact error={unwaive.error} /> : null}
    </li>
  )
}

const DAY_MS = 86_400_000

function WaiveForm({ cluster, row }: { cluster: string; row: DriftRow }) {
  const t = useTranslations('drift.waive')
  const rule = useTranslations('drift.rules')
  const nowMs = useNow()
  const permission = usePermission('catalogue.write', { cluster, topic: row.topic })
  const open = [...new Set(row.findings.filter(one => one.waiver === null).map(one => one.rule))]
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(open))
  const [reason, setReason] = useState('')
  const [until, setUntil] = useState(() => new Date(nowMs + 90 * DAY_MS).toISOString().slice(0, 10))
  const waive = useApiMutation(drift.waive, {
    invalidates: [drift.report],
    onSuccess: () => setReason(''),
  })
  if (open.length === 0) return null
  const rules = open.filter(one => chosen.has(one))
  const unready = rules.length === 0 ? t('needRule') : reason.trim().length < 3 ? t('needReason') : null
  return (
    <DrawerSection title={t('title')}>
      <form
        className="flex flex-col gap-3"
        onSubmit={event => {
          event.preventDefault()
          if (unready === null && permission.allowed)
            waive.mutate({
              cluster,
              topic: row.topic,
              rules,
              reason: reason.trim(),
              until: `${until}T00:00:00.000Z`,
            })
        }}
      >
        <p className="text-meta/5 text-text-3">{t('hint')}</p>
        <div className="flex flex-wrap gap-x-4 gap-y-1">
          {open.map(one => (
            <Checkbox
              key={one}
              checked={chosen.has(one)}
              onCheckedChange={on =>
                setChosen(new Set(on ? [...chosen, one] : [...chosen].filter(other => other !== one)))
              }
              label={rule(one)}
            />
          ))}
        </div>
        <Field label={t('reason')} required>
          {({ invalid, ...ids }) => (
            <Input
              {...ids}
              invalid={invalid}
              maxLength={500}
              value={reason}
              onChange={event => setReason(event.currentTarget.value)}
            />
          )}
        </Field>
        <Field label={t('until')} required>
          {({ invalid, ...ids }) => (
            <Input
              {...ids}
              type="date"
              invalid={invalid}
              value={until}
              min={new Date(nowMs + DAY_MS).toISOString().slice(0, 10)}
              max={new Date(nowMs + 365 * DAY_MS).toISOString().slice(0, 10)}
              onChange={event => setUntil(event.currentTarget.value)}
            />
          )}
        </Field>
        {waive.error ? <QueryError compact error={waive.error} /> : null}
        <span>
          <ActionButton type="submit" size="sm" reason={permission.reason ?? unready} busy={waive.isPending}>
            {t('submit')}
          </ActionButton>
        </span>
      </form>
    </DrawerSection>
  )
}
