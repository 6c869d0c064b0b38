'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { usePermission } from '@/components/api/me'
import { useApi, useApiMutation } from '@/components/api/use-api'
import { Button } from '@/components/ui/button'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { Tooltip } from '@/components/ui/tooltip'
import { messages, type Payload } from '@/lib/contracts/messages'
import { SERDE_FORMATS, serdeFormat, serdes } from '@/lib/contracts/serdes'

/** By what the bytes were read and why; people with the right choose another way, which is remembered for the topic. */
export function ReadingBar({
  cluster,
  topic,
  part,
  payload,
}: {
  cluster: string
  topic: string
  part: 'key' | 'value'
  payload: Payload
}) {
  const t = useTranslations('messages.serde')
  const permission = usePermission('serde.write', { cluster, topic })
  const { data } = useApi(serdes.get, { cluster, topic }, { staleMs: 30_000 })
  const save = useApiMutation(serdes.put, { invalidates: [serdes.get, messages.get, messages.list] })
  if (!payload.decoder || !payload.reason) return null
  const why = `${t(`decoder.${payload.decoder}`)}${payload.inside ? ` (${payload.inside === 'utf-8-bom' ? t('mark') : payload.inside})` : ''} · ${t(`reason.${payload.reason}`)}`
  const choose = (next: string, schema: number | null) => {
    const format = serdeFormat.safeParse(next)
    if (!data || !format.success) return
    const { key, value } = data
    const kept = { key: plain(key), value: plain(value) }
    save.mutate({ cluster, topic, ...kept, [part]: { format: format.data, schema } })
  }
  return (
    <div className="flex min-h-9 shrink-0 flex-wrap items-center gap-2 px-4 py-1 text-meta text-text-3">
      <span className="min-w-0">{why}</span>
      {data ? (
        <Tooltip side="top" content={permission.reason ?? t('rememberHelp')}>
          <span className="ml-auto">
            <Select
              size="sm"
              label={t('readAs')}
              prefix={t('readAs')}
              disabled={!permission.allowed || save.isPending}
              value={data[part].format}
              onValueChange={next => choose(next, null)}
              options={SERDE_FORMATS.map(format => ({
                value: format,
                label: format === 'auto' ? t('auto') : t(`decoder.${format}`),
              }))}
            />
          </span>
        </Tooltip>
      ) : null}
      {data && permission.allowed && BY_SCHEMA.has(data[part].format) ? (
        <SchemaId
          key={`${data[part].format} ${data[part].schema}`}
          value={data[part].schema}
          busy={save.isPending}
          onChange={schema => choose(data[part].format, schema)}
        />
      ) : null}
    </div>
  )
}

const BY_SCHEMA: ReadonlySet<string> = new Set(['avro', 'protobuf', 'json-schema'])

/** The registry's schema for bytes that carry no id; empty: the id in the bytes decides. */
function SchemaId({
  value,
  busy,
  onChange,
}: {
  value: number | null
  busy: boolean
  onChange: (value: number | null) => void
}) {
  const t = useTranslations('messages.serde')
  const [typed, setTyped] = useState(value === null ? '' : String(value))
  const valid = typed === '' || /^[1-9]\d{0,9}$/.test(typed)
  return (
    <form
      className="flex gap-1"
      onSubmit={event => {
        event.preventDefault()
        if (valid) onChange(typed === '' ? null : Number(typed))
      }}
    >
      <Tooltip content={t('schemaIdHelp')}>
        <Input
          size="sm"
          mono
          className="w-28"
          inputMode="numeric"
          aria-label={t('schemaId')}
          placeholder={t('schemaId')}
          invalid={!valid}
          value={typed}
          onChange={event => setTyped(event.currentTarget.value.trim())}
        />
      </Tooltip>
      <Button size="sm" type="submit" busy={busy}>
        {t('schemaIdSet')}
      </Button>
    </form>
  )
}

function plain({ format, schema }: { format: (typeof SERDE_FORMATS)[number]; schema: number | null }) {
  return { format, schema }
}
