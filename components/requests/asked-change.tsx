'use client'

import { useTranslations } from 'next-intl'
import { ChangeTable } from '@/components/change/request-review'
import type { RequestDetail } from '@/lib/contracts/requests'
import { type ChangedLine, linesOfChange } from '@/lib/request-lines'

/** Said elsewhere on the page, in words. */
const ELSEWHERE: ReadonlySet<string> = new Set(['owner', 'description', 'override'])
type Asked = Pick<RequestDetail, 'kind' | 'topic' | 'change' | 'events'>

/** The name of a line of a request on the screen: a field in words, a config as it is called. */
export function useLineName(): (field: string) => string {
  const fields = useTranslations('requests.fields') as unknown as {
    (key: string): string
    has(key: string): boolean
  }
  return field => {
    const [, config] = /^(?:configs|reset)\.(.+)$/.exec(field) ?? []
    return config ?? (fields.has(field) ? fields(field) : field)
  }
}

/** What the cluster was to become, as it was told when it was filed and, newer, when it was applied. */
function knownLines(events: Asked['events']): Map<string, ChangedLine> {
  const known = new Map<string, ChangedLine>()
  for (const event of events)
    if (event.kind === 'submitted' || event.kind === 'applied')
      for (const line of event.changes) known.set(line.field, line)
  return known
}

/** The change as it was asked for, whatever became of it, beside what was before where that is known. */
export function AskedChange({ request }: { request: Asked }) {
  const t = useTranslations('requests.review')
  const nameOf = useLineName()
  const known = knownLines(request.events)
  const lines = [...linesOfChange(request.change)]
    .filter(([field]) => !ELSEWHERE.has(field))
    .map(([field, value]) => {
      const isDefault = field.startsWith('reset.') || value === '-1'
      const seen = known.get(field.replace(/^reset\./, 'configs.'))
      return {
        name: nameOf(field),
        before: seen?.before ?? null,
        after: isDefault ? (seen?.after ?? null) : value,
        note: isDefault ? t('default') : null,
        danger: null,
      }
    })
  if (request.kind === 'delete') {
    const gone = { field: 'topic', before: request.topic, after: null }
    for (const { field, before } of known.size > 0 ? known.values() : [gone])
      lines.push({ name: nameOf(field), before, after: null, note: null, danger: null })
  }
  return lines.length > 0 ? <ChangeTable lines={lines} /> : null
}
