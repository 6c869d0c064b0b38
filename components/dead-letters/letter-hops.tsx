'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { Timestamp } from '@/components/ui/time'
import { VisibleText } from '@/components/ui/visible-text'
import type { DeadLetter } from '@/lib/contracts/dead-letters'
import { formatInteger, middleTruncate, shortTopic } from '@/lib/format'
import { routes } from '@/lib/routes'

type Letter = Pick<DeadLetter, 'hops' | 'topic' | 'message'>

/** Origin, each stop, and here: a stop whose place the headers tell leads there, with times where they tell them. */
export function LetterHops({ letter, cluster }: { letter: Letter; cluster: string }) {
  const { partition, offset, timestamp } = letter.message
  const here = { topic: letter.topic, partition, offset, timestamp }
  return (
    <ol className="flex flex-wrap items-center gap-x-1.5">
      {[...letter.hops, here].map((stop, i) => (
        <li key={i} className="flex flex-wrap items-center gap-x-1.5">
          {i > 0 ? (
            <span aria-hidden className="text-text-3">
              →
            </span>
          ) : null}
          <Stop stop={stop} cluster={stop === here ? null : cluster} />
          {stop.timestamp === null ? null : <Timestamp at={stop.timestamp} className="text-text-3" />}
        </li>
      ))}
    </ol>
  )
}

/** `cluster`: where its link leads; null: the reader is there. */
function Stop({ stop, cluster }: { stop: Letter['hops'][number]; cluster: string | null }) {
  const t = useTranslations('dead-letters.record')
  const { topic, partition, offset } = stop
  if (topic === null) return <span className="mono-sm">{t('unknownStop')}</span>
  const name = middleTruncate(shortTopic(topic), 40)
  const title = [topic, partition === null ? null : `P${partition}`, offset]
    .filter(part => part !== null)
    .join(' / ')
  if (partition === null || offset === null)
    return (
      <bdi translate="no" className="mono-sm" title={title}>
        <VisibleText text={name} />
      </bdi>
    )
  const text = <VisibleText text={`${name} / P${partition} / ${formatInteger(offset)}`} />
  return cluster === null ? (
    <bdi translate="no" className="mono-sm" title={title}>
      {text}
    </bdi>
  ) : (
    <Link
      translate="no"
      className="mono-sm text-accent"
      title={title}
      href={routes.record(cluster, topic, partition, offset)}
    >
      {text}
    </Link>
  )
}
