'use client'

import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { IconButton } from '@/components/ui/icon-button'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { type HeaderDraft, type PartKind, part } from './draft'

const KINDS = ['text', 'json', 'base64', 'null'] as const

/** Headers in their order: names may repeat, null is not empty. */
export function HeaderEditor({
  value,
  errors,
  onChange,
}: {
  value: readonly HeaderDraft[]
  errors: Partial<Record<string, string>>
  onChange: (next: HeaderDraft[]) => void
}) {
  const t = useTranslations('produce')
  const replace = (at: number, next: HeaderDraft) => onChange(value.map((one, i) => (i === at ? next : one)))
  const move = (at: number, by: -1 | 1) => {
    const next = [...value]
    const [one] = next.splice(at, 1)
    if (one) next.splice(at + by, 0, one)
    onChange(next)
  }
  return (
    <section className="flex min-w-0 flex-col gap-2">
      <div className="flex items-center gap-2">
        <h2 className="text-meta font-semibold text-text-2">{t('headers', { n: value.length })}</h2>
        <span className="flex-1" />
        <Button
          size="sm"
          icon={<Plus size={14} />}
          onClick={() => onChange([...value, { name: '', value: part('text') }])}
        >
          {t('addHeader')}
        </Button>
      </div>
      {value.map((header, i) => (
        <fieldset key={i} className="flex flex-wrap items-center gap-1.5">
          <legend className="sr-only">{t('headerAt', { n: i + 1 })}</legend>
          <Input
            size="sm"
            mono
            aria-label={t('headerName')}
            placeholder={t('headerName')}
            className="w-44 max-sm:w-full"
            value={header.name}
            onChange={event => replace(i, { ...header, name: event.target.value })}
          />
          <Select
            size="sm"
            label={t('headerKind')}
            value={header.value.kind === 'schema' ? 'json' : header.value.kind}
            onValueChange={(kind: Exclude<PartKind, 'schema'>) =>
              replace(i, { ...header, value: { ...header.value, kind } })
            }
            options={KINDS.map(kind => ({ value: kind, label: t(`kind.${kind}`) }))}
          />
          <Input
            size="sm"
            mono
            disabled={header.value.kind === 'null'}
            invalid={errors[`headers[${i}].value`] !== undefined}
            title={errors[`headers[${i}].value`]}
            aria-label={t('headerValue')}
            placeholder={header.value.kind === 'null' ? 'null' : t('headerValue')}
            className="min-w-40 flex-1"
            value={header.value.kind === 'null' ? '' : header.value.data}
            onChange={event =>
              replace(i, { ...header, value: { ...header.value, data: event.target.value } })
            }
          />
          <IconButton
            label={t('up')}
            icon={<ArrowUp size={14} />}
            onClick={() => move(i, -1)}
            reason={i === 0 ? t('atTop') : undefined}
          />
          <IconButton
            label={t('down')}
            icon={<ArrowDown size={14} />}
            onClick={() => move(i, 1)}
            reason={i === value.length - 1 ? t('atBottom') : undefined}
          />
          <IconButton
            label={t('removeHeader')}
            icon={<Trash2 size={14} />}
            onClick={() => onChange(value.filter((_, at) => at !== i))}
          />
        </fieldset>
      ))}
    </section>
  )
}
