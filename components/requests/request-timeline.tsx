'use client'

import { useTranslations } from 'next-intl'
import { useErrorWords } from '@/components/api/use-error-words'
import { Panel } from '@/components/ui/panel'
import { Timestamp } from '@/components/ui/time'
import { VisibleText } from '@/components/ui/visible-text'
import type { RequestEvent } from '@/lib/contracts/requests'
import { isErrorCode } from '@/lib/errors'
import { useLineName } from './asked-change'

/** What happened, oldest first: who, by which door, and their words as they wrote them. */
export function Timeline({ events, topic }: { events: readonly RequestEvent[]; topic: string | null }) {
  const t = useTranslations('requests')
  const errors = useErrorWords()
  const nameOf = useLineName()
  const codes = useTranslations('requests.codes') as unknown as {
    (key: string): string
    has(key: string): boolean
  }
  const wordsOf = (code: string) =>
    codes.has(code) ? codes(code) : isErrorCode(code) ? errors(code, topic ? { topic } : {}).title : code
  return (
    <Panel title={t('timeline')}>
      <ol className="flex flex-col gap-2 px-4 py-3">
        {events.map(event => (
          <li key={event.id} className="flex flex-col gap-0.5 border-l-2 border-line pl-3">
            <span className="flex flex-wrap items-baseline gap-x-2">
              <b className="font-medium">{t(`events.${event.kind}`)}</b>
              <span>{event.actor}</span>
              <span className="text-meta text-text-3">{t(`via.${event.via}`)}</span>
              <span className="ml-auto text-meta text-text-3">
                <Timestamp at={event.at} precision="s" withZone />
              </span>
            </span>
            {event.code ? <span className="text-meta text-text-2">{wordsOf(event.code)}</span> : null}
            {event.kind === 'edited' && event.changes.length > 0 ? (
              <ul className="text-meta text-text-2">
                {event.changes.map(line => (
                  <li key={line.field} className="wrap-anywhere">
                    {nameOf(line.field)}: <Value text={line.before} /> → <Value text={line.after} />
                  </li>
                ))}
              </ul>
            ) : null}
            {event.mentions.length > 0 ? (
              <span className="text-meta text-text-3">
                {t('called')}: {event.mentions.map(name => `@${name}`).join(', ')}
              </span>
            ) : null}
            {event.text ? (
              <p className="whitespace-pre-wrap text-text-2 wrap-anywhere">
                <VisibleText multiline text={event.text} />
              </p>
            ) : null}
          </li>
        ))}
      </ol>
    </Panel>
  )
}

/** One side of what an edit changed; a config without a value goes back to the broker's default. */
function Value({ text }: { text: string | null }) {
  const t = useTranslations('requests.review')
  if (text === null) return '—'
  if (text === '') return t('default')
  return (
    <bdi translate="no" className="mono-sm">
      <VisibleText text={text} />
    </bdi>
  )
}
