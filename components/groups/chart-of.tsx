'use client'

import { useTranslations } from 'next-intl'
import { Select } from '@/components/ui/select'
import type { PartitionLag } from '@/lib/contracts/groups'
import { type ChartScope, partitionsBehind, WHOLE } from './chart-scope'

const ALL = '*'
/** A closed list: of more topics than it holds, the table below picks the partition. */
const MOST_TOPICS = 100

/** What the charts are of: the whole group, a topic, a partition that is behind. */
export function ChartOf({
  scope,
  rows,
  onScopeChange,
}: {
  scope: ChartScope
  rows: readonly PartitionLag[]
  onScopeChange: (scope: ChartScope) => void
}) {
  const t = useTranslations('groups.detail')
  const { topic, partition } = scope
  const topics = [...new Set([...(topic === null ? [] : [topic]), ...rows.map(row => row.topic)])]
  const behind = partitionsBehind(rows, scope)
  const partitions = partition === null || behind.includes(partition) ? behind : [partition, ...behind]
  return (
    <>
      <Select
        size="sm"
        label={t('chartTopic')}
        value={topic ?? ALL}
        onValueChange={next => onScopeChange(next === ALL ? WHOLE : { topic: next, partition: null })}
        options={[
          { value: ALL, label: t('allTopics') },
          ...topics
            .slice(0, MOST_TOPICS)
            .sort()
            .map(name => ({ value: name, label: name })),
        ]}
        className="max-w-64"
      />
      {topic === null || partitions.length === 0 ? null : (
        <Select
          size="sm"
          label={t('chartPartition')}
          value={partition === null ? ALL : String(partition)}
          onValueChange={next => onScopeChange({ topic, partition: next === ALL ? null : Number(next) })}
          options={[
            { value: ALL, label: t('allPartitions') },
            ...partitions.map(one => ({ value: String(one), label: `P${one}` })),
          ]}
        />
      )}
    </>
  )
}
