'use client'

import { ArrowDown, ArrowUp, Columns3, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type ComponentProps, useState } from 'react'
import { useApi } from '@/components/api/use-api'
import { Button } from '@/components/ui/button'
import { IconButton } from '@/components/ui/icon-button'
import { Input } from '@/components/ui/input'
import { Popover } from '@/components/ui/popover'
import { Segmented } from '@/components/ui/segmented'
import { TABLE_COLUMNS_MAX, tableDensity, tableTime } from '@/lib/contracts/message-table'
import { messages } from '@/lib/contracts/messages'
import { parseFieldPath } from './field-value'
import type { KeptTable } from './use-kept-table'

/**
 * Columns made of fields, in an order of one's own, kept for this topic and person, and in the address; how
 * rows and times look.
 */
export function ColumnsMenu({
  cluster,
  topic,
  columns,
  table,
}: {
  cluster: string
  topic: string
  columns: readonly string[]
  table: KeptTable
}) {
  const t = useTranslations('search')
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const seen = useApi(messages.fields, { cluster, topic }, { staleMs: 60_000, enabled: open })
  const { settings, changeSettings, changeColumns: onChange } = table
  const offered = (seen.data?.fields ?? [])
    .filter(field => !columns.includes(field.path) && field.path.toLowerCase().includes(typed.toLowerCase()))
    .slice(0, 12)
  const add = (path: string) => {
    setTyped('')
    if (!columns.includes(path) && columns.length < TABLE_COLUMNS_MAX) onChange([...columns, path])
  }
  const move = (from: number, by: number) => {
    const next = [...columns]
    const [moved] = next.splice(from, 1)
    if (moved !== undefined) next.splice(from + by, 0, moved)
    onChange(next)
  }
  return (
    <Popover
      label={t('columns')}
      align="end"
      className="w-80"
      open={open}
      onOpenChange={setOpen}
      trigger={<IconButton label={t('columns')} icon={<Columns3 size={16} />} pressed={columns.length > 0} />}
    >
      <div className="flex flex-col gap-2 p-3">
        <Choice
          label={t('timeForm.label')}
          value={settings.time}
          onValueChange={time => changeSettings({ time })}
          options={tableTime.options.map(value => ({ value, label: t(`timeForm.${value}`) }))}
        />
        <Choice
          label={t('density.label')}
          value={settings.density}
          onValueChange={density => changeSettings({ density })}
          options={tableDensity.options.map(value => ({
            value,
            label: t(`density.${value}`),
          }))}
        />
        {columns.length === 0 ? (
          <p className="text-meta/5 text-text-3">{t('columnsHelp')}</p>
        ) : (
          <ol className="flex flex-col">
            {columns.map((path, i) => (
              <li key={path} className="flex h-7 items-center gap-1">
                <span className="mono-sm min-w-0 flex-1 truncate" translate="no">
                  {path}
                </span>
                <IconButton
                  size="xs"
                  label={t('moveUp', { path })}
                  icon={<ArrowUp size={12} />}
                  disabled={i === 0}
                  onClick={() => move(i, -1)}
                />
                <IconButton
                  size="xs"
                  label={t('moveDown', { path })}
                  icon={<ArrowDown size={12} />}
                  disabled={i === columns.length - 1}
                  onClick={() => move(i, 1)}
                />
                <IconButton
                  size="xs"
                  label={t('removeColumn', { path })}
                  icon={<X size={12} />}
                  onClick={() => onChange(columns.filter(one => one !== path))}
                />
              </li>
            ))}
          </ol>
        )}
        <form
          className="flex gap-2"
          onSubmit={event => {
            event.preventDefault()
            event.stopPropagation()
            const path = parseFieldPath(typed) ? typed : `value.${typed}`
            if (parseFieldPath(path)) add(path)
          }}
        >
          <Input
            size="sm"
            mono
            className="flex-1"
            aria-label={t('addColumn')}
            placeholder="value.orderId"
            value={typed}
            onChange={event => setTyped(event.currentTarget.value)}
          />
          <Button type="submit" size="sm">
            {t('addThisColumn')}
          </Button>
        </form>
        {offered.length > 0 ? (
          <ul aria-label={t('fields')} className="flex max-h-60 flex-col overflow-auto">
            {offered.map(field => (
              <li key={field.path}>
                <button
                  type="button"
                  className="flex h-7 w-full items-center gap-2 rounded-control px-1 text-left hover:bg-hover"
                  onClick={() => add(field.path)}
                >
                  <span className="mono-sm min-w-0 flex-1 truncate" translate="no">
                    {field.path}
                  </span>
                  <span className="text-meta text-text-3">{Math.round(field.share * 100)}%</span>
                </button>
              </li>
            ))}
          </ul>
        ) : null}
      </div>
    </Popover>
  )
}

function Choice<T extends string>({ label, ...rest }: ComponentProps<typeof Segmented<T>>) {
  return (
    <div className="flex items-center justify-between gap-2 border-b border-line-soft pb-2">
      <span className="text-meta text-text-3">{label}</span>
      <Segmented size="sm" label={label} {...rest} />
    </div>
  )
}
