'use client'

import { ChevronDown } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { Popover } from '@/components/ui/popover'
import { Segmented } from '@/components/ui/segmented'
import type { PartitionLag } from '@/lib/contracts/groups'
import { MOST_LINES, offeredLines } from './partition-lines'

/** One line for the whole topic, or lines for up to five of its partitions and one for the others. */
export function LinePicker({
  topic,
  rows,
  lines,
  onLinesChange,
}: {
  topic: string
  rows: readonly PartitionLag[]
  lines: readonly number[] | null
  onLinesChange: (lines: readonly number[] | null) => void
}) {
  const t = useTranslations('groups.detail')
  const offered = offeredLines(rows, topic, lines ?? [])
  return (
    <>
      <Segmented
        size="sm"
        label={t('linesOf')}
        value={lines === null ? 'sum' : 'partitions'}
        onValueChange={next => onLinesChange(next === 'sum' ? null : offered.slice(0, MOST_LINES))}
        options={[
          { value: 'sum' as const, label: t('linesSum') },
          { value: 'partitions' as const, label: t('linesByPartition') },
        ]}
      />
      {lines === null ? null : (
        <Popover
          label={t('linesPick')}
          trigger={
            <Button size="sm" variant="ghost" icon={<ChevronDown size={14} />}>
              {t('linesPick')}
            </Button>
          }
          className="w-56 p-2"
        >
          <p className="px-1 pb-1 text-meta text-text-3">{t('linesMost', { n: MOST_LINES })}</p>
          <ul className="max-h-64 overflow-auto">
            {offered.map(partition => {
              const isDrawn = lines.includes(partition)
              return (
                <li key={partition} className="flex min-h-7 items-center px-1">
                  <Checkbox
                    checked={isDrawn}
                    // A chart without a line would be none, and of a sixth no colour tells.
                    disabled={isDrawn ? lines.length === 1 : lines.length >= MOST_LINES}
                    onCheckedChange={on =>
                      onLinesChange(on ? [...lines, partition] : lines.filter(one => one !== partition))
                    }
                    label={`P${partition}`}
                  />
                </li>
              )
            })}
          </ul>
        </Popover>
      )}
    </>
  )
}
