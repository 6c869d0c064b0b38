'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { QueryError } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import { PayloadView } from '@/components/record/payload-view'
import { RawBytes } from '@/components/record/raw-bytes'
import { Tag } from '@/components/ui/badge'
import { KeyValueList } from '@/components/ui/key-value'
import { PageHeader } from '@/components/ui/page-header'
import { SkeletonLines } from '@/components/ui/skeleton'
import { TabPanel, Tabs } from '@/components/ui/tabs'
import { Timestamp } from '@/components/ui/time'
import { deadLetters } from '@/lib/contracts/dead-letters'
import type { OutputOf } from '@/lib/contracts/endpoint'
import { formatInteger, simpleClassName } from '@/lib/format'
import { routes } from '@/lib/routes'
import { HeaderRoles } from './header-roles'
import { Expiry, IssueStatusMark } from './issue-cells'
import { ReplayLink } from './replay-link'
import { StackView } from './stack-view'

type Letter = OutputOf<typeof deadLetters.record>
type Address = { cluster: string; topic: string; partition: number; offset: string }
type Tab = 'value' | 'key' | 'headers' | 'stack' | 'hex' | 'replays'

/** One dead letter: why it died, where it came from, its payload and headers, and the way back. */
export function DeadLetterPage({ address }: { address: Address }) {
  const t = useTranslations('dead-letters')
  const { cluster, topic, partition, offset } = address
  const { data, error, isFetching, refetch } = useApi(deadLetters.record, address, {
    live: 'dead-letters',
    pollMs: 15_000,
  })
  if (error && !data) return <QueryError error={error} onRetry={() => void refetch()} retrying={isFetching} />
  return (
    <>
      <PageHeader
        mono
        title={`${topic} / P${partition} / ${formatInteger(offset)}`}
        chips={
          data ? (
            <>
              <IssueStatusMark status={data.status} />
              <Tag>{t(`family.${data.family}`)}</Tag>
            </>
          ) : null
        }
        facts={data ? <Timestamp at={data.message.timestamp} withZone /> : <span>&nbsp;</span>}
        actions={
          <ReplayLink primary cluster={cluster} topic={topic} records={[{ partition, offset }]} count={1}>
            {t('record.replay')}
          </ReplayLink>
        }
      />
      {data ? (
        <>
          <Why letter={data} cluster={cluster} />
          <Body letter={data} address={address} />
        </>
      ) : (
        <div className="p-4">
          <SkeletonLines lines={10} />
        </div>
      )}
    </>
  )
}

function Why({ letter, cluster }: { letter: Letter; cluster: string }) {
  const t = useTranslations('dead-letters')
  const { exception, origin } = letter
  const cause = exception.rootCause ?? exception.class
  const hasWrapper = exception.class !== null && exception.class !== cause
  return (
    <div className="shrink-0 border-t border-line px-4 py-3">
      <p className="text-section font-semibold break-words">
        <span title={cause ?? undefined}>{cause === null ? t('noException') : simpleClassName(cause)}</span>
        <span className="font-normal text-text-2">: {exception.message ?? t('noMessage')}</span>
      </p>
      <KeyValueList
        className="mt-2"
        items={[
          hasWrapper ? { label: t('record.wrapper'), value: exception.class, mono: true } : null,
          {
            label: t('record.where'),
            value: <Origin origin={origin} state={letter.originState} cluster={cluster} />,
          },
          {
            label: t('record.group'),
            mono: true,
            value: letter.consumerGroup ? (
              <Link className="text-accent" href={routes.group(cluster, letter.consumerGroup)}>
                {letter.consumerGroup}
              </Link>
            ) : (
              t('noGroup')
            ),
          },
          letter.attempts === null
            ? null
            : { label: t('column.attempts'), value: t('record.attempts', { n: letter.attempts }) },
          letter.hops.length > 1
            ? {
                label: t('record.hops'),
                mono: true,
                value: letter.hops
                  .map(hop => `${hop.topic ?? '?'}${hop.partition === null ? '' : `/${hop.partition}`}`)
                  .join(' → '),
              }
            : null,
          { label: t('record.expires'), value: <Expiry at={letter.expiresAt} /> },
        ]}
      />
    </div>
  )
}

function Origin({
  origin,
  state,
  cluster,
}: {
  origin: Letter['origin']
  state: Letter['originState']
  cluster: string
}) {
  const t = useTranslations('dead-letters')
  if (origin.topic === null) return <>{t('unknownOrigin')}</>
  const words = t(`record.originState.${state}`)
  if (origin.partition === null || origin.offset === null)
    return (
      <>
        <Link className="mono-sm text-accent" href={routes.topic(cluster, origin.topic, 'messages')}>
          {origin.topic}
        </Link>{' '}
        <span className="text-text-3">{words}</span>
      </>
    )
  const place = `${origin.topic} / P${origin.partition} / ${formatInteger(origin.offset)}`
  return (
    <>
      {state === 'present' ? (
        <Link
          className="mono-sm text-accent"
          href={routes.record(cluster, origin.topic, origin.partition, origin.offset)}
        >
          {place}
        </Link>
      ) : (
        <span className="mono-sm">{place}</span>
      )}{' '}
      <span className="text-text-3">{words}</span>
    </>
  )
}

function Body({ letter, address }: { letter: Letter; address: Address }) {
  const t = useTranslations('dead-letters.record')
  const [tab, setTab] = useState<Tab>(letter.exception.stackTrace === null ? 'value' : 'stack')
  return (
    <Tabs<Tab>
      label={t('tabs')}
      value={tab}
      onValueChange={setTab}
      className="border-t border-line"
      items={[
        { id: 'stack', label: t('stack') },
        { id: 'value', label: t('value') },
        { id: 'key', label: t('key') },
        { id: 'headers', label: t('headers'), count: letter.message.headers.length },
        { id: 'hex', label: t('hex') },
        { id: 'replays', label: t('replays'), count: letter.replays.length },
      ]}
    >
      <TabPanel id="stack">
        <StackView frames={letter.frames} stackTrace={letter.exception.stackTrace} />
      </TabPanel>
      <TabPanel id="value" className="flex flex-col">
        <PayloadView payload={letter.message.value} part="value" address={address} />
      </TabPanel>
      <TabPanel id="key" className="flex flex-col">
        <PayloadView payload={letter.message.key} part="key" address={address} />
      </TabPanel>
      <TabPanel id="headers">
        <HeaderRoles letter={letter} />
      </TabPanel>
      <TabPanel id="hex" className="flex flex-col">
        <RawBytes address={address} />
      </TabPanel>
      <TabPanel id="replays">
        <Replays letter={letter} cluster={address.cluster} />
      </TabPanel>
    </Tabs>
  )
}

function Replays({ letter, cluster }: { letter: Letter; cluster: string }) {
  const t = useTranslations('dead-letters.record')
  if (letter.replays.length === 0) return <p className="px-4 py-6 text-text-3">{t('noReplays')}</p>
  return (
    <ul className="px-4 py-3">
      {letter.replays.map(mark => (
        <li key={`${mark.replay}-${mark.count}`} className="flex flex-wrap items-center gap-3 py-1">
          <Timestamp at={mark.at} precision="s" withZone />
          <Link className="mono-sm text-accent" href={routes.replay(cluster, mark.replay)}>
            {mark.replay}
          </Link>
          <span className="mono-sm">
            {t('replayedTo', { topic: mark.target.topic, partition: mark.target.partition })}
            {mark.target.offset === null ? '' : ` / ${formatInteger(mark.target.offset)}`}
          </span>
        </li>
      ))}
    </ul>
  )
}
