'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { cn } from '@/components/ui/cn'
import { FactId } from '@/components/ui/fact-id'
import { KeyValueList } from '@/components/ui/key-value'
import { Notice } from '@/components/ui/notice'
import { Status, type StatusKind } from '@/components/ui/status'
import { Timestamp } from '@/components/ui/time'
import { VisibleText } from '@/components/ui/visible-text'
import type { deadLetters } from '@/lib/contracts/dead-letters'
import type { OutputOf } from '@/lib/contracts/endpoint'
import { causeMessage } from '@/lib/dead-letter/exception'
import { formatInteger, middleTruncate } from '@/lib/format'
import { routes } from '@/lib/routes'
import { Expiry, Line, useCauseName } from './issue-cells'
import { LetterHops } from './letter-hops'

type Letter = OutputOf<typeof deadLetters.record>
type Origin = Letter['origin']

const MESSAGE_CHARS = 2_000
/** About four lines. */
const CLAMPED_CHARS = 400
const FACTS = [
  'connector',
  'task',
  'stage',
  'component',
  'handler',
  'subscriber',
  'cause',
  'failedAt',
] as const
/** Connect writes no headers unless it is told to: then its letters look like anybody's. */
const MAY_BE_CONNECT: ReadonlySet<Letter['family']> = new Set(['connect', 'generic', 'unknown'])
const SHAPES: Record<Letter['originState'], StatusKind> = {
  present: 'ok',
  expired: 'warn',
  unknown: 'unknown',
  denied: 'empty',
}

/** Why it died, where it came from, which way it went, and until when it is there. */
export function LetterWhy({ letter, cluster }: { letter: Letter; cluster: string }) {
  const t = useTranslations('dead-letters')
  const nameOf = useCauseName()
  const [whole, setWhole] = useState(false)
  const { exception, consumerGroup } = letter
  const cause = exception.rootCause ?? exception.class
  const wrapper = exception.class !== cause ? exception.class : null
  const message = exception.message ?? ''
  // The message is the thrown exception's; the root cause often has words of its own.
  const rootWords = causeMessage(exception.stackTrace)
  return (
    <div className="shrink-0 border-t border-line">
      <div className="max-h-[45vh] overflow-auto px-4 py-3">
        <KeyValueList
          labelWidth="w-20"
          items={[
            {
              label: t('record.why'),
              value: (
                <div>
                  <h2
                    className={cn(
                      'text-section font-semibold break-words',
                      !whole && message.length > CLAMPED_CHARS && 'line-clamp-4',
                    )}
                    title={cause?.slice(0, 500)}
                  >
                    <Line text={nameOf(cause, exception.message)} />
                    {cause === null ? null : (
                      <span className="font-normal text-text-2">
                        {': '}
                        {message === '' ? (
                          t('noMessage')
                        ) : (
                          <VisibleText text={message.slice(0, MESSAGE_CHARS)} />
                        )}
                      </span>
                    )}
                  </h2>
                  {message.length > CLAMPED_CHARS ? (
                    <p className="flex flex-wrap gap-x-3 text-text-3">
                      <button type="button" className="text-accent" onClick={() => setWhole(!whole)}>
                        {t(whole ? 'record.fold' : 'record.wholeMessage')}
                      </button>
                      {message.length > MESSAGE_CHARS
                        ? t('record.cutMessage', { shown: MESSAGE_CHARS, all: message.length })
                        : null}
                    </p>
                  ) : null}
                  {cause === null && MAY_BE_CONNECT.has(letter.family) ? (
                    <p className="text-text-3">{t('noExceptionHelp')}</p>
                  ) : null}
                </div>
              ),
            },
            rootWords === null || rootWords === exception.message
              ? null
              : {
                  label: t('record.rootCause'),
                  value: <Line text={`${nameOf(cause, null)}: ${rootWords}`} />,
                },
            wrapper === null
              ? null
              : { label: t('record.wrapper'), mono: true, value: <Line text={wrapper} /> },
            {
              label: t('record.where'),
              value: (
                <span className="flex flex-wrap items-center gap-x-3">
                  <OriginPlace origin={letter.origin} state={letter.originState} cluster={cluster} />
                </span>
              ),
            },
            {
              label: t('record.group'),
              value: (
                <span className="flex flex-wrap items-center gap-x-3">
                  {consumerGroup ? (
                    <FactId id={consumerGroup} max={80} href={routes.group(cluster, consumerGroup)} />
                  ) : (
                    <span className="text-text-3">{t('noGroup')}</span>
                  )}
                  {letter.attempts === null ? null : (
                    <span>{t('record.attempts', { n: letter.attempts })}</span>
                  )}
                </span>
              ),
            },
            ...(['firstFailure', 'lastFailure'] as const).map(name => {
              const at = letter[name]
              return at ? { label: t(`record.${name}`), value: <Timestamp at={at} withZone /> } : null
            }),
            letter.hops.length > 0
              ? { label: t('record.hops'), value: <LetterHops letter={letter} cluster={cluster} /> }
              : null,
            ...FACTS.map(name => {
              // Where it could be read as a time it stands above.
              const text = name === 'failedAt' && letter.lastFailure ? undefined : letter.facts?.[name]
              return text === undefined
                ? null
                : { label: t(`fact.${name}`), mono: true, value: <Line text={text} /> }
            }),
            { label: t('record.expires'), value: <Expiry at={letter.expiresAt} /> },
          ]}
        />
      </div>
      {(letter.notes ?? []).map(note => (
        <Notice key={note} tone={note === 'pointer' && letter.source ? 'info' : 'warn'}>
          {note === 'pointer' && !letter.source ? t('record.pointerLost') : t(`note.${note}`)}
        </Notice>
      ))}
    </div>
  )
}

function OriginPlace({
  origin,
  state,
  cluster,
}: {
  origin: Origin
  state: Letter['originState']
  cluster: string
}) {
  const t = useTranslations('dead-letters')
  const { topic, partition, offset } = origin
  if (topic === null)
    return (
      <Status kind="unknown" reason={t('unknownOriginHelp')}>
        {t('unknownOrigin')}
      </Status>
    )
  if (partition === null || offset === null)
    return (
      <>
        <FactId id={topic} max={80} href={routes.topic(cluster, topic, 'messages')} />
        <span className="text-text-3">{t('record.noPlace')}</span>
      </>
    )
  const place = `${middleTruncate(topic, 80)} / P${partition} / ${formatInteger(offset)}`
  return (
    <>
      {state === 'present' ? (
        <Link
          className="mono-sm text-accent"
          href={routes.record(cluster, topic, partition, offset)}
          title={topic}
        >
          <VisibleText text={place} />
        </Link>
      ) : (
        <span className="mono-sm" title={topic}>
          <VisibleText text={place} />
        </span>
      )}
      <Status kind={SHAPES[state]} reason={t(`record.originHelp.${state}`)}>
        {t(`record.originState.${state}`)}
      </Status>
    </>
  )
}
