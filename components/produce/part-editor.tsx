'use client'

import { Sparkles } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { toApiError } from '@/components/api/api-error'
import { call } from '@/components/api/call'
import { useErrorWords } from '@/components/api/use-error-words'
import { SubjectField } from '@/components/record/subject-field'
import { Button } from '@/components/ui/button'
import { Field, Textarea } from '@/components/ui/input'
import { jsonLines, linesToText } from '@/components/ui/json-tokens'
import { Segmented } from '@/components/ui/segmented'
import { Select } from '@/components/ui/select'
import { schemas } from '@/lib/contracts/schemas'
import { LONG_CHARS, PART_KINDS, type PartDraft, type PartKind, writtenBy } from './draft'

/** A key or a value: in which form it is given, and its text. */
export function PartEditor({
  cluster,
  label,
  value,
  error,
  rows,
  onChange,
}: {
  cluster: string
  label: 'key' | 'value'
  value: PartDraft
  error: string | undefined
  rows: number
  onChange: (change: Partial<PartDraft>) => void
}) {
  const t = useTranslations('produce')
  const options = PART_KINDS.map(kind => ({
    value: kind,
    label: kind === 'null' && label === 'value' ? t('kind.tombstone') : t(`kind.${kind}`),
  }))
  return (
    <section className="flex min-w-0 flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="w-16 text-meta font-semibold text-text-2">{t(label)}</h2>
        <Segmented
          size="sm"
          label={t('kindOf', { part: t(label) })}
          value={value.kind}
          onValueChange={(kind: PartKind) => onChange({ kind })}
          options={options}
          className="max-w-full overflow-x-auto"
        />
      </div>
      {value.kind === 'schema' ? <SubjectRow cluster={cluster} value={value} onChange={onChange} /> : null}
      {value.kind === 'null' ? (
        <p className="text-meta text-text-3">{t(label === 'value' ? 'tombstoneHelp' : 'noKeyHelp')}</p>
      ) : value.data.length > LONG_CHARS ? (
        <div className="flex flex-wrap items-center gap-2">
          <span className="text-text-2">{t('longKept', { n: value.data.length })}</span>
          <Button size="sm" onClick={() => onChange({ data: '' })}>
            {t('longReplace')}
          </Button>
          {error ? <span className="text-meta text-error">{error}</span> : null}
        </div>
      ) : (
        <Field label={<span className="sr-only">{t('textOf', { part: t(label) })}</span>} error={error}>
          {({ id, invalid, ...aria }) => (
            <Textarea
              id={id}
              {...aria}
              invalid={invalid}
              mono
              rows={rows}
              spellCheck={false}
              value={value.data}
              onChange={event => onChange({ data: event.target.value })}
            />
          )}
        </Field>
      )}
    </section>
  )
}

/** The subject whose latest version writes it, and a value to begin with. */
function SubjectRow({
  cluster,
  value,
  onChange,
}: {
  cluster: string
  value: PartDraft
  onChange: (change: Partial<PartDraft>) => void
}) {
  const t = useTranslations('produce')
  const words = useErrorWords()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const [from, setFrom] = useState<string | null>(null)
  const [known, setKnown] = useState<string[]>([])
  const fill = async (message?: string) => {
    setBusy(true)
    setProblem(null)
    try {
      const subject = value.subject.trim()
      const made = await call(schemas.example, { cluster, subject, ...(message ? { message } : {}) })
      const { text, id, kind, messages } = made
      const data = linesToText(jsonLines(text) ?? []) || text
      onChange({ data, message: made.message ?? undefined, wroteBy: undefined })
      setKnown(messages)
      setFrom(t('exampleOf', { id, kind: t(`schemaKind.${kind}`) }))
    } catch (error) {
      setProblem(words(toApiError(error).code, toApiError(error).params).title)
    } finally {
      setBusy(false)
    }
  }
  const by = writtenBy(value)
  const choices = [...new Set([...known, ...(value.message ? [value.message] : [])])]
  return (
    <div className="flex flex-wrap items-end gap-2">
      <SubjectField
        cluster={cluster}
        label={t('subject')}
        error={problem ?? undefined}
        hint={'id' in by ? t('wroteBy', { id: by.id }) : (from ?? t('subjectHelp'))}
        className="min-w-60 flex-1"
        value={value.subject}
        onChange={subject => onChange({ subject, message: undefined })}
      />
      {value.message && (choices.length > 1 || 'id' in by) ? (
        <Select
          label={t('message')}
          prefix={t('message')}
          value={value.message}
          onValueChange={message => void fill(message)}
          options={choices.map(name => ({ value: name, label: <span className="font-mono">{name}</span> }))}
          className="mb-5 max-w-full"
        />
      ) : null}
      <Button
        icon={<Sparkles size={14} />}
        busy={busy}
        onClick={() => void fill(value.message)}
        className="mb-5"
      >
        {t('example')}
      </Button>
    </div>
  )
}
