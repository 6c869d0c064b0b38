'use client'

import { useTranslations } from 'next-intl'
import { type ReactNode, useId, useState } from 'react'
import { usePermission } from '@/components/api/me'
import { QueryError } from '@/components/api/query-error'
import { useApiMutation } from '@/components/api/use-api'
import { ActionButton, Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field, Input, Textarea } from '@/components/ui/input'
import { type CatalogueEntry, catalogue } from '@/lib/contracts/catalogue'
import { policies } from '@/lib/contracts/policies'
import type { CatalogueKind } from '@/lib/contracts/policy-spec'

type Text = 'domain' | 'owner' | 'contact' | 'slackChannel' | 'description'

/** Registers or changes one entry; what is only seen in names is registered by saving it. */
export function EntryDialog({
  kind,
  entry,
  entries,
  onClose,
}: {
  kind: CatalogueKind
  entry: CatalogueEntry | null
  entries: readonly CatalogueEntry[]
  onClose: () => void
}) {
  const t = useTranslations('catalogue')
  const permission = usePermission('catalogue.write', {})
  const [name, setName] = useState(entry?.name ?? '')
  const [texts, setTexts] = useState<Record<Text, string>>({
    domain: entry?.domain ?? '',
    owner: entry?.owner ?? '',
    contact: entry?.contact ?? '',
    slackChannel: entry?.slackChannel ?? '',
    description: entry?.description ?? '',
  })
  const options = { invalidates: [catalogue.list, policies.get], onSuccess: onClose }
  const save = useApiMutation(catalogue.put, options)
  const remove = useApiMutation(catalogue.remove, options)
  const error = save.error ?? remove.error
  const faultAt = (path: string) =>
    error?.fields.some(field => field.path === path)
      ? t(`fault.${path === 'owner' ? 'owner' : 'name'}`)
      : undefined
  const registered = (of: CatalogueKind) =>
    entries.filter(one => one.kind === of && (of === 'domain' || one.revision > 0)).map(one => one.name)
  const unready = name.trim() === '' ? t('needName') : null
  const nullable = (text: string) => text.trim() || null
  const submit = () => {
    if (permission.reason !== null || unready !== null) return
    save.mutate({
      kind,
      name: name.trim(),
      domain: nullable(texts.domain),
      owner: nullable(texts.owner),
      contact: nullable(texts.contact),
      slackChannel: nullable(texts.slackChannel),
      description: nullable(texts.description),
      revision: entry?.revision ?? 0,
    })
  }
  const field = (key: Text, label: ReactNode, list: readonly string[] = []) => (
    <TextField
      label={label}
      value={texts[key]}
      list={list}
      error={faultAt(key)}
      onChange={value => setTexts(old => ({ ...old, [key]: value }))}
    />
  )
  return (
    <Dialog
      open
      onOpenChange={open => (open ? undefined : onClose())}
      title={entry ? entry.name : t(`add.${kind}`)}
      footer={
        <>
          {entry && entry.revision > 0 ? (
            <ActionButton
              variant="ghost"
              reason={permission.reason}
              busy={remove.isPending}
              onClick={() => remove.mutate({ kind, name: entry.name, revision: entry.revision })}
            >
              {t('remove')}
            </ActionButton>
          ) : null}
          <Button variant="ghost" onClick={onClose}>
            {t('cancel')}
          </Button>
          <ActionButton
            variant="primary"
            reason={permission.reason ?? unready}
            busy={save.isPending}
            onClick={submit}
          >
            {entry && entry.revision === 0 ? t('register') : t('save')}
          </ActionButton>
        </>
      }
    >
      <form
        className="flex flex-col gap-3"
        onSubmit={event => {
          event.preventDefault()
          submit()
        }}
      >
        {entry ? null : (
          <TextField
            label={t(`name.${kind}`)}
            value={name}
            mono={kind !== 'owner'}
            required
            error={faultAt('name')}
            onChange={setName}
          />
        )}
        {kind === 'service' ? field('domain', t('domain'), registered('domain')) : null}
        {kind === 'owner' ? null : field('owner', t('owner'), registered('owner'))}
        {kind === 'owner' ? field('contact', t('contact')) : null}
        {kind === 'owner' ? field('slackChannel', t('slack')) : null}
        <Field label={t('description')}>
          {({ invalid, ...ids }) => (
            <Textarea
              {...ids}
              rows={3}
              invalid={invalid}
              maxLength={2000}
              value={texts.description}
              onChange={event => {
                const { value } = event.currentTarget
                setTexts(old => ({ ...old, description: value }))
              }}
            />
          )}
        </Field>
        {error ? <QueryError compact error={error} /> : null}
        <button type="submit" hidden />
      </form>
    </Dialog>
  )
}

function TextField({
  label,
  value,
  list = [],
  mono = false,
  required = false,
  error,
  onChange,
}: {
  label: ReactNode
  value: string
  list?: readonly string[]
  mono?: boolean
  required?: boolean
  error?: string | undefined
  onChange: (value: string) => void
}) {
  const listId = useId()
  return (
    <Field label={label} required={required} error={error}>
      {({ invalid, ...ids }) => (
        <>
          <Input
            {...ids}
            mono={mono}
            invalid={invalid}
            maxLength={100}
            value={value}
            {...(list.length > 0 ? { list: listId } : {})}
            onChange={event => onChange(event.currentTarget.value)}
          />
          {list.length > 0 ? (
            <datalist id={listId}>
              {list.map(one => (
                <option key={one} value={one} />
              ))}
            </datalist>
          ) : null}
        </>
      )}
    </Field>
  )
}
