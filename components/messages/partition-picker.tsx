'use client'

import { ChevronDown } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { Input } from '@/components/ui/input'
import { Popover } from '@/components/ui/popover'

const MOST_LISTED = 96

/**
 * Which partitions are read; applied when the panel closes, so that five ticks are one read. Past a hundred
 * the numbers are typed.
 */
export function PartitionPicker({
  count,
  value,
  onChange,
}: {
  count: number
  value: readonly number[]
  onChange: (value: number[]) => void
}) {
  const t = useTranslations('messages')
  const [open, setOpen] = useState(false)
  const [chosen, setChosen] = useState<readonly number[]>(value)
  const [text, setText] = useState('')
  const choose = (next: Iterable<number>) => {
    const sorted = [...new Set(next)].sort((a, b) => a - b)
    setChosen(sorted)
    setText(sorted.join(', '))
  }
  const onOpenChange = (next: boolean) => {
    setOpen(next)
    if (next) choose(value)
    else if (chosen.join() !== value.join()) onChange([...chosen])
  }
  const type = (typed: string) => {
    setText(typed)
    const numbers = (typed.match(/\d{1,9}/g) ?? []).map(Number)
    setChosen([...new Set(numbers)].filter(p => count === 0 || p < count).sort((a, b) => a - b))
  }
  return (
    <Popover
      label={t('partitions')}
      open={open}
      onOpenChange={onOpenChange}
      trigger={
        <Button size="sm" className="border-line-strong font-normal">
          <span className="sr-only">{t('partitions')}</span>
          <span aria-hidden className="text-text-3">
            P
          </span>
          <span className="max-w-32 truncate">
            {value.length === 0 ? t('allPartitions') : value.join(', ')}
          </span>
          <ChevronDown aria-hidden size={14} />
        </Button>
      }
    >
      <form
        className="flex w-56 flex-col gap-2 p-3"
        onSubmit={event => {
          event.preventDefault()
          event.stopPropagation()
          onOpenChange(false)
        }}
      >
        <Input
          size="sm"
          mono
          inputMode="numeric"
          aria-label={t('partitionNumbers')}
          placeholder={t('partitionNumbers')}
          value={text}
          onChange={e => type(e.currentTarget.value)}
        />
        <Checkbox
          checked={chosen.length === 0}
          onCheckedChange={() => choose([])}
          label={t('everyPartition')}
        />
        {count > 0 ? (
          <div className="grid max-h-56 grid-cols-3 gap-y-1.5 overflow-auto p-0.5">
            {Array.from({ length: Math.min(count, MOST_LISTED) }, (_, p) => (
              <Checkbox
                key={p}
                checked={chosen.includes(p)}
                label={p}
                onCheckedChange={on => choose(on ? [...chosen, p] : chosen.filter(other => other !== p))}
              />
            ))}
          </div>
        ) : null}
        {count > MOST_LISTED ? (
          <p className="text-meta text-text-3">{t('partitionsListed', { shown: MOST_LISTED, all: count })}</p>
        ) : null}
        <Button type="submit" size="sm" variant="primary" kbd="⏎" className="self-end">
          {t('apply')}
        </Button>
      </form>
    </Popover>
  )
}
