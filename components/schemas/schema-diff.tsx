'use client'

import { useTranslations } from 'next-intl'
import { EmptyState } from '@/components/ui/empty-state'
import { LineDiff, useLineDiff } from '@/components/ui/line-diff'

type Side = { text: string; version: number }

/** What changed from one version to another, line by line. */
export function SchemaDiff({ before, after }: { before: Side; after: Side }) {
  const t = useTranslations('schemas')
  const lines = useLineDiff(before.text, after.text)
  if (lines === null) return <EmptyState title={t('tooLong')} body={t('tooLongHelp')} />
  const changed = lines.filter(line => line.kind !== 'same').length
  return (
    <section aria-label={t('diffOf', { before: before.version, after: after.version })}>
      <p className="flex h-9 items-center text-meta text-text-3">
        {t('diffOf', { before: before.version, after: after.version })} · {t('changed', { n: changed })}
      </p>
      <LineDiff lines={lines} words={{ added: t('added'), removed: t('removed') }} className="leading-6" />
    </section>
  )
}
