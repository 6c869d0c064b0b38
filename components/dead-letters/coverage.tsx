'use client'

import { useTranslations } from 'next-intl'
import { useErrorWords } from '@/components/api/use-error-words'
import { MonoId } from '@/components/ui/mono-id'
import { Popover } from '@/components/ui/popover'
import { Status } from '@/components/ui/status'
import { TimeAgo } from '@/components/ui/time'
import { Num } from '@/components/ui/value'
import type { DeadLetterTopic, deadLetters } from '@/lib/contracts/dead-letters'
import type { OutputOf } from '@/lib/contracts/endpoint'
import { routes } from '@/lib/routes'
import { RebuildButton, TopicOrigin } from './topic-origin'

const SHOWN = 200

/**
 * Which topics are watched, how far each was read and how it was recognised: the basis of every number of the
 * inbox.
 */
export function Coverage({
  cluster,
  topics,
}: {
  cluster: string
  topics: OutputOf<typeof deadLetters.topics>
}) {
  const t = useTranslations('dead-letters')
  const items = [...topics.items].sort((a, b) => rank(a) - rank(b) || (a.topic < b.topic ? -1 : 1))
  const late = items.filter(isLate).length
  return (
    <Popover
      label={t('topics')}
      className="w-220 max-w-[calc(100vw-16px)]"
      trigger={
        <button
          type="button"
          className="reach text-meta text-text-2 underline decoration-dotted underline-offset-4"
        >
          {t('watching', { n: items.length })}
          {items.some(asksOrigin) ? (
            <span className="text-warn"> · {t('origin.asks', { n: items.filter(asksOrigin).length })}</span>
          ) : null}
          {late > 0 ? <span className="text-warn"> · {t('late', { n: late })}</span> : null}
        </button>
      }
    >
      <table className="w-full table-fixed text-meta">
        <caption className="sr-only">{t('topics')}</caption>
        <thead>
          <tr className="text-left text-text-3">
            <th scope="col" className="h-7 px-3 font-medium">
              {t('topicFilter')}
            </th>
            <th scope="col" className="h-7 w-20 px-2 text-right font-medium max-sm:w-16">
              {t('column.count')}
            </th>
            <th scope="col" className="h-7 w-24 px-2 font-medium max-sm:hidden">
              {t('coverage.by')}
            </th>
            <th scope="col" className="h-7 w-64 px-2 font-medium max-sm:w-38">
              {t('issue.origin')}
            </th>
            <th scope="col" className="h-7 w-36 px-3 font-medium max-sm:hidden">
              {t('coverage.read')}
            </th>
          </tr>
        </thead>
        <tbody>
          {items.slice(0, SHOWN).map(item => (
            <tr key={item.topic} className="border-t border-line-soft">
              <th scope="row" className="h-7 px-3 text-left font-normal">
                <MonoId
                  id={item.topic}
                  small
                  href={routes.deadLetters(cluster, { topic: item.topic, state: 'all' })}
                />
              </th>
              <td className="px-2 text-right">
                <Num value={item.records} />
              </td>
              <td className="px-2 text-text-2 max-sm:hidden">{t(`coverage.${item.by}`)}</td>
              <td className="px-2">
                <TopicOrigin cluster={cluster} item={item} />
              </td>
              <td className="px-3 max-sm:hidden">
                <Progress item={item} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {items.length > SHOWN ? (
        <p className="border-t border-line px-3 py-2 text-meta text-text-3">
          {t('coverage.more', { n: items.length - SHOWN })}
        </p>
      ) : null}
      {items.length > 0 ? (
        <p className="flex items-center justify-between gap-3 border-t border-line px-3 py-2 text-meta text-text-3">
          {t('origin.rebuildHelp')}
          <RebuildButton cluster={cluster} />
        </p>
      ) : null}
      {items.length === 0 ? (
        <p className="px-3 py-2 text-meta text-text-3">{t('empty.body', { n: 0 })}</p>
      ) : null}
    </Popover>
  )
}

function Progress({ item }: { item: DeadLetterTopic }) {
  const t = useTranslations('dead-letters.coverage')
  const words = useErrorWords()
  if (item.problem)
    return (
      <span className="block truncate" title={item.problem.code}>
        <Status kind="warn">{words(item.problem.code, item.problem.params).title}</Status>
      </span>
    )
  if (item.leftOut) return <Status kind="warn">{t('leftOut', { n: item.leftOut })}</Status>
  if (!item.complete) return <Status kind="running">{t('reading')}</Status>
  return (
    <span className="text-text-2">
      {item.scannedAt === null ? t('notYet') : <TimeAgo at={item.scannedAt} />}
    </span>
  )
}

const asksOrigin = (item: DeadLetterTopic) => item.needsOrigin === true && item.originTopic === null
const isLate = (item: DeadLetterTopic) => item.problem !== null || !item.complete
const rank = (item: DeadLetterTopic) => (item.problem !== null ? 0 : item.complete ? 2 : 1)
