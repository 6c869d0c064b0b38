'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { Dialog } from '@/components/ui/dialog'
import { KeyValueList } from '@/components/ui/key-value'
import { Timestamp } from '@/components/ui/time'
import { Num } from '@/components/ui/value'
import { VisibleText } from '@/components/ui/visible-text'
import type { OffsetPlanRow } from '@/lib/contracts/offset-plans'
import { routes } from '@/lib/routes'
import { useWhyAbsent } from './sample-pair'

/** The records at both ends of one partition's change, as far as the plan read them. */
export function SampleDialog({
  cluster,
  row,
  onClose,
}: {
  cluster: string
  row: OffsetPlanRow
  onClose: () => void
}) {
  const t = useTranslations('offsets')
  return (
    <Dialog
      open
      onOpenChange={open => {
        if (!open) onClose()
      }}
      size="lg"
      title={`${row.topic} P${row.partition}`}
      description={t('column.next')}
    >
      <div className="grid gap-4 pt-3 sm:grid-cols-2">
        <End
          cluster={cluster}
          row={row}
          label={t('column.before')}
          offset={row.before}
          sample={row.sampleBefore}
        />
        <End
          cluster={cluster}
          row={row}
          label={t('column.after')}
          offset={row.after}
          sample={row.sampleAfter}
        />
      </div>
      {row.warnings.length > 0 ? (
        <p className="mt-3 text-warn">{row.warnings.map(warning => t(`warning.${warning}`)).join(' · ')}</p>
      ) : null}
    </Dialog>
  )
}

function End({
  cluster,
  row,
  label,
  offset,
  sample,
}: {
  cluster: string
  row: OffsetPlanRow
  label: string
  offset: string | null
  sample: OffsetPlanRow['sampleBefore']
}) {
  const t = useTranslations('offsets')
  const absent = useWhyAbsent()
  return (
    <section className="min-w-0">
      <h3 className="font-semibold">
        {label} <Num value={offset} reason={t('noCommit')} className="mono font-normal" />
      </h3>
      {sample ? (
        <>
          <KeyValueList
            className="my-2"
            items={[
              {
                label: t('sample.offset'),
                value: (
                  <Link
                    href={routes.record(cluster, row.topic, row.partition, sample.offset)}
                    className="link-quiet"
                  >
                    <Num value={sample.offset} />
                  </Link>
                ),
                mono: true,
              },
              {
                label: t('sample.time'),
                value: sample.timestamp ? <Timestamp at={sample.timestamp} /> : t('sample.noTime'),
              },
              { label: t('sample.key'), value: <Text text={sample.key} />, mono: true },
            ]}
          />
          <div className="mono-sm max-h-48 overflow-auto rounded-panel bg-sunken px-3 py-2 wrap-anywhere whitespace-pre-wrap">
            <Text text={sample.value} />
          </div>
          <p className="mt-1 text-meta text-text-3">{t('sample.beginning')}</p>
        </>
      ) : (
        <p className="mt-2 text-text-2">{absent(row, offset)}</p>
      )}
    </section>
  )
}

/** null, empty and text are three things. */
function Text({ text }: { text: string | null }) {
  const t = useTranslations('offsets')
  if (text === null) return <span className="text-stall italic">null</span>
  if (text === '') return <span className="text-text-3">{t('sample.empty')}</span>
  return (
    <span translate="no">
      <VisibleText text={text} />
    </span>
  )
}
