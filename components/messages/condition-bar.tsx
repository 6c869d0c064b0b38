'use client'

import { Plus, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type ReactNode, useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { useHotkeys } from '@/components/ui/hotkeys'
import { IconButton } from '@/components/ui/icon-button'
import { Input } from '@/components/ui/input'
import { Kbd } from '@/components/ui/kbd'
import { Select } from '@/components/ui/select'
import { VisibleText } from '@/components/ui/visible-text'
import { CelInput } from './cel-input'
import { ContainsOptions, KeyOptions } from './condition-options'
import { type ConditionParams, NO_CONDITIONS } from './messages-query'

const KINDS = ['contains', 'key', 'header', 'filter'] as const
type Kind = (typeof KINDS)[number]
type Change = { [Name in keyof ConditionParams]?: ConditionParams[Name] | null }

/**
 * What a record must be: typed with its kind, then standing as a chip. All of them must hold; each runs on
 * the server over the log.
 */
export function ConditionBar({
  cluster,
  topic,
  params,
  onChange,
  children,
}: {
  cluster: string
  topic: string
  params: ConditionParams
  onChange: (change: Change) => void
  children?: ReactNode
}) {
  const t = useTranslations('search')
  const [kind, setKind] = useState<Kind>(params.filter ? 'filter' : 'contains')
  const [text, setText] = useState('')
  const input = useRef<HTMLInputElement>(null)
  useHotkeys({ '/': () => input.current?.focus() })
  const add = (typed = text) => {
    // An empty key is a key; an empty search is none.
    if (typed === '' && kind !== 'key') return
    onChange(
      kind === 'header'
        ? { header: [...params.header.filter(one => one !== typed), typed] }
        : { [kind]: typed },
    )
    setText('')
  }
  const edit = (which: Kind, value: string) => {
    setKind(which)
    setText(value)
    input.current?.focus()
  }
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-2 px-4 pb-1.5">
      <form
        className="flex min-w-0 flex-1 basis-80 items-start gap-2"
        onSubmit={event => {
          event.preventDefault()
          add()
        }}
      >
        <Select<Kind>
          size="sm"
          label={t('kind.label')}
          value={kind}
          onValueChange={next => {
            setKind(next)
            setText(next === 'filter' ? (params.filter ?? '') : '')
          }}
          options={KINDS.map(value => ({ value, label: t(`kind.${value}`), hint: t(`kindHint.${value}`) }))}
        />
        {kind === 'filter' ? (
          <CelInput
            ref={input}
            cluster={cluster}
            topic={topic}
            value={text}
            onValueChange={setText}
            onSubmit={add}
          />
        ) : (
          <Input
            ref={input}
            size="sm"
            mono
            aria-label={t(`kind.${kind}`)}
            placeholder={t(`placeholder.${kind}`)}
            value={text}
            trailing={<Kbd>/</Kbd>}
            className="flex-1"
            onChange={event => setText(event.currentTarget.value)}
            onKeyDown={event => {
              if (event.key === 'Escape' && !event.nativeEvent.isComposing) event.currentTarget.blur()
            }}
          />
        )}
        {kind === 'contains' ? <ContainsOptions params={params} onChange={onChange} /> : null}
        {kind === 'key' ? <KeyOptions params={params} onChange={onChange} /> : null}
        <IconButton label={t('add')} icon={<Plus size={16} />} type="submit" />
      </form>
      {children}
      <Chips params={params} onChange={onChange} onEdit={edit} />
    </div>
  )
}

function Chips({
  params,
  onChange,
  onEdit,
}: {
  params: ConditionParams
  onChange: (change: Change) => void
  onEdit: (kind: Kind, value: string) => void
}) {
  const t = useTranslations('search')
  const chips: { id: string; kind: Kind; label: string; value: string; remove: Change }[] = []
  if (params.key !== null)
    chips.push({ id: 'key', kind: 'key', label: t('chip.key'), value: params.key, remove: { key: null } })
  if (params.contains)
    chips.push({
      id: 'contains',
      kind: 'contains',
      label: params.in.length > 0 ? params.in.map(part => t(`part.${part}`)).join('·') : t('chip.contains'),
      value: params.contains,
      remove: { contains: null },
    })
  for (const header of params.header)
    chips.push({
      id: `header ${header}`,
      kind: 'header',
      label: t('chip.header'),
      value: header,
      remove: { header: params.header.filter(one => one !== header) },
    })
  if (params.filter)
    chips.push({ id: 'filter', kind: 'filter', label: 'CEL', value: params.filter, remove: { filter: null } })
  if (chips.length === 0) return null
  return (
    <ul aria-label={t('conditions')} className="flex min-w-0 basis-full flex-wrap items-center gap-1.5">
      {chips.map(chip => (
        <li
          key={chip.id}
          className="inline-flex h-6 max-w-full min-w-0 items-center gap-1 rounded-control bg-selected pr-0.5 pl-2 text-meta text-accent"
        >
          <button
            type="button"
            className="flex min-w-0 items-center gap-1.5"
            aria-label={t('edit', { kind: chip.label, value: chip.value })}
            onClick={() => onEdit(chip.kind, chip.value)}
          >
            <span className="shrink-0 font-medium">{chip.label}</span>
            <span className="mono-sm max-w-100 truncate text-text" translate="no">
              {chip.value === '' ? '""' : <VisibleText text={chip.value} />}
            </span>
          </button>
          <IconButton
            size="xs"
            label={t('remove', { kind: chip.label, value: chip.value })}
            icon={<X size={12} />}
            onClick={() => onChange(chip.remove)}
          />
        </li>
      ))}
      <li>
        <Button size="xs" variant="ghost" onClick={() => onChange(NO_CONDITIONS)}>
          {t('removeAll')}
        </Button>
      </li>
    </ul>
  )
}
