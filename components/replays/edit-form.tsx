'use client'

import { Plus, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useId, useRef } from 'react'
import { useApi } from '@/components/api/use-api'
import { SubjectField } from '@/components/record/subject-field'
import { Button } from '@/components/ui/button'
import { IconButton } from '@/components/ui/icon-button'
import { Field, Input, Textarea } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { messages } from '@/lib/contracts/messages'
import { kindAt } from '@/lib/field-path'
import {
  breaksJson,
  type EditDraft,
  type PartDraft,
  type RuleLine,
  typedKind,
  WHOLE_PARTS,
  type WholePart,
} from './edit-draft'
import type { Selection } from './selection'

const LINES_MAX = 50
/**
 * What stands in the field is written as it reads. Of bytes that read as something else (hex, a number) one
 * begins with nothing.
 */
const TYPED: ReadonlySet<string> = new Set(['json', 'text', 'avro', 'protobuf', 'json-schema'])

/**
 * Rules for all selected records, and for one record its key and value as a whole, by a schema that is named.
 * The dry run shows what they make of samples.
 */
export function EditForm({
  cluster,
  selection,
  edit,
  onChange,
}: {
  cluster: string
  selection: Selection
  edit: EditDraft
  onChange: (edit: EditDraft) => void
}) {
  const t = useTranslations('replay-edits')
  const nextId = useRef(1)
  const first = selection.records?.[0]
  const only = selection.records?.length === 1 ? first : undefined
  // Of many records the first one tells what kind of value a field holds.
  const { data } = useApi(
    messages.get,
    { cluster, topic: selection.topic, ...(first ?? { partition: 0, offset: '0' }) },
    { enabled: first !== undefined },
  )
  const add = (of: RuleLine['of']) => {
    const line: RuleLine = { id: nextId.current++, of, op: 'set', name: '', value: '' }
    onChange({ ...edit, lines: [...edit.lines, line] })
  }
  const change = (id: number, part: Partial<RuleLine>) =>
    onChange({ ...edit, lines: edit.lines.map(line => (line.id === id ? { ...line, ...part } : line)) })
  return (
    <fieldset className="md:col-span-2">
      <legend className="text-meta font-medium text-text-2">{t('title')}</legend>
      <p className="mb-1 text-meta text-text-3">{t('hint')}</p>
      {edit.lines.length > 0 ? (
        <ul className="mb-2 flex max-w-180 flex-col gap-1">
          {edit.lines.map(line => (
            <li key={line.id}>
              <Line
                line={line}
                example={data?.value?.truncated === false ? data.value.text : null}
                onChange={part => change(line.id, part)}
                onRemove={() => onChange({ ...edit, lines: edit.lines.filter(one => one.id !== line.id) })}
              />
            </li>
          ))}
        </ul>
      ) : null}
      <span className="flex flex-wrap gap-2">
        {(['field', 'header'] as const).map(of => (
          <Button
            key={of}
            size="sm"
            variant="ghost"
            icon={<Plus size={14} />}
            disabled={edit.lines.length >= LINES_MAX}
            onClick={() => add(of)}
          >
            {t(`add.${of}`)}
          </Button>
        ))}
      </span>
      {only ? (
        <WholeParts
          cluster={cluster}
          topic={selection.topic}
          record={only}
          edit={edit}
          onChange={part => onChange({ ...edit, ...part })}
        />
      ) : null}
    </fieldset>
  )
}

function Line({
  line,
  example,
  onChange,
  onRemove,
}: {
  line: RuleLine
  /** The value of a record that is edited, as JSON. */
  example: string | null
  onChange: (part: Partial<RuleLine>) => void
  onRemove: () => void
}) {
  const t = useTranslations('replay-edits')
  const noteId = useId()
  const hasNote = line.of === 'field' && line.op === 'set' && line.value !== ''
  const ops =
    line.of === 'field' ? (['set', 'remove', 'rename'] as const) : (['set', 'add', 'remove'] as const)
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <span className="w-12 shrink-0 text-meta text-text-2">{t(`of.${line.of}`)}</span>
      <Select
        size="sm"
        label={t('op')}
        value={line.op}
        onValueChange={op => onChange({ op })}
        options={ops.map(op => ({ value: op, label: t(`ops.${op}`) }))}
      />
      <Input
        mono
        aria-label={t(line.of === 'field' ? 'path' : 'header')}
        placeholder={line.of === 'field' ? 'items.0.amount' : 'x-tenant'}
        className="w-56"
        maxLength={300}
        value={line.name}
        onChange={e => onChange({ name: e.currentTarget.value })}
      />
      {line.op === 'remove' ? null : (
        <Input
          mono
          aria-label={t(line.op === 'rename' ? 'to' : 'value')}
          placeholder={t(line.op === 'rename' ? 'to' : 'value')}
          className="min-w-40 flex-1"
          aria-describedby={hasNote ? noteId : undefined}
          value={line.value}
          onChange={e => onChange({ value: e.currentTarget.value })}
        />
      )}
      <IconButton label={t('removeRule')} onClick={onRemove} icon={<X size={14} />} />
      {hasNote ? (
        <p id={noteId} className="basis-full pl-14 text-meta text-text-3">
          <KindNote line={line} example={example} />
        </p>
      ) : null}
    </div>
  )
}

/** What kind of value a rule writes, and what speaks against it: text that looks like JSON, another kind before. */
export function KindNote({ line, example }: { line: RuleLine; example: string | null }) {
  const t = useTranslations('replay-edits')
  const { kind, odd } = typedKind(line.value)
  const was = example === null ? null : kindAt(example, line.name.trim())
  const differs = was !== null && was !== 'null' && kind !== 'null' && was !== kind
  return (
    <span className={odd || differs ? 'text-warn' : undefined}>
      {t('writes', { kind: t(`kind.${kind}`) })}
      {differs ? ` · ${t('was', { kind: t(`kind.${was}`) })}` : null}
      {odd ? ` · ${t('notJson')}` : null}
    </span>
  )
}

/** Key and value of the one record, each replaced as a whole where somebody begins to. */
function WholeParts({
  cluster,
  topic,
  record,
  edit,
  onChange,
}: {
  cluster: string
  topic: string
  record: { partition: number; offset: string }
  edit: EditDraft
  onChange: (part: Partial<EditDraft>) => void
}) {
  const t = useTranslations('replay-edits')
  const { data } = useApi(messages.get, { cluster, topic, ...record })
  return (
    <div className="mt-2 flex flex-wrap gap-2">
      {WHOLE_PARTS.map(name => {
        const original = data?.[name]
        const draft = edit[name]
        const start = original && !original.error && TYPED.has(original.format) ? original.text : ''
        return draft === null ? (
          <Button
            key={name}
            size="sm"
            variant="ghost"
            disabled={data === undefined || original?.truncated === true}
            onClick={() => onChange({ [name]: { data: start, subject: '' } })}
          >
            {t(`whole.${name}`)}
          </Button>
        ) : (
          <WholeEditor
            key={name}
            cluster={cluster}
            name={name}
            draft={draft}
            format={original?.format}
            onChange={next => onChange({ [name]: next })}
          />
        )
      })}
    </div>
  )
}

function WholeEditor({
  cluster,
  name,
  draft,
  format,
  onChange,
}: {
  cluster: string
  name: WholePart
  draft: PartDraft
  /** What the record's own is read as. */
  format: string | undefined
  onChange: (draft: PartDraft | null) => void
}) {
  const t = useTranslations('replay-edits')
  return (
    <div className="flex basis-full flex-col gap-2">
      <Field
        label={t(name === 'key' ? 'key' : 'valueLabel')}
        hint={
          breaksJson(draft, format) ? (
            <span className="text-warn">{t('wholeNotJson')}</span>
          ) : (
            t(`wholeHint.${name}`)
          )
        }
        className="max-w-180"
      >
        {({ invalid: _, ...ids }) => (
          <Textarea
            {...ids}
            rows={name === 'key' ? 2 : 8}
            mono
            value={draft.data}
            onChange={event => onChange({ ...draft, data: event.currentTarget.value })}
          />
        )}
      </Field>
      <SubjectField
        cluster={cluster}
        label={t('schema')}
        hint={t('schemaHint')}
        className="max-w-120"
        value={draft.subject}
        onChange={subject => onChange({ ...draft, subject })}
      />
      <Button size="sm" variant="ghost" className="self-start" onClick={() => onChange(null)}>
        {t(`wholeUndo.${name}`)}
      </Button>
    </div>
  )
}
