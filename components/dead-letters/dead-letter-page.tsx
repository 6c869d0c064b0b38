'use client'

import { ChevronDown, ChevronUp } from 'lucide-react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { QueryError, StaleNotice } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import { PayloadView } from '@/components/record/payload-view'
import { RawBytes } from '@/components/record/raw-bytes'
import { Tag } from '@/components/ui/badge'
import { CopyButton } from '@/components/ui/copy-button'
import { useHotkeys } from '@/components/ui/hotkeys'
import { IconButton } from '@/components/ui/icon-button'
import { Notice } from '@/components/ui/notice'
import { OutLinks } from '@/components/ui/out-links'
import { PageHeader } from '@/components/ui/page-header'
import { SkeletonLines } from '@/components/ui/skeleton'
import { Status } from '@/components/ui/status'
import { TabPanel, Tabs } from '@/components/ui/tabs'
import { Timestamp } from '@/components/ui/time'
import { deadLetterTriage } from '@/lib/contracts/dead-letter-triage'
import { deadLetters } from '@/lib/contracts/dead-letters'
import type { OutputOf } from '@/lib/contracts/endpoint'
import { formatInteger, middleTruncate } from '@/lib/format'
import { routes } from '@/lib/routes'
import { recordsInput } from './dead-letters-query'
import { DropButton } from './drop-button'
import { HeaderRoles } from './header-roles'
import { IssueStatusMark } from './issue-cells'
import { LetterWhy } from './letter-why'
import { ReplayLink } from './replay-link'
import { StackView } from './stack-view'

type Letter = OutputOf<typeof deadLetters.record>
type Address = { cluster: string; topic: string; partition: number; offset: string }
const TABS = ['stack', 'value', 'key', 'headers', 'hex', 'replays'] as const
type Tab = (typeof TABS)[number]

const TITLE_CHARS = 64
const OPEN: ReadonlySet<string> = new Set(['new', 'acknowledged', 'refailed'])

/** One dead letter: why it died, where it came from, its payload and headers, and the way back. */
export function DeadLetterPage({ address }: { address: Address }) {
  const t = useTranslations('dead-letters')
  const { cluster, topic, partition, offset } = address
  const { data, error, isFetching, refetch } = useApi(deadLetters.record, address, {
    live: 'dead-letters',
    pollMs: 15_000,
    keepPrevious: false,
  })
  if (error && !data) return <QueryError error={error} onRetry={() => void refetch()} retrying={isFetching} />
  return (
    <>
      <PageHeader
        mono
        title={
          <span
            title={topic}
          >{`${middleTruncate(topic, TITLE_CHARS)} / P${partition} / ${formatInteger(offset)}`}</span>
        }
        chips={
          <>
            <CopyButton text={`${topic}/${partition}/${offset}`} label={t('record.copyPlace')} />
            {data ? (
              <>
                <IssueStatusMark status={data.status} />
                <Tag>{t(`family.${data.family}`)}</Tag>
              </>
            ) : null}
          </>
        }
        facts={
          data ? (
            <>
              <Timestamp at={data.message.timestamp} withZone />
              <Link className="text-accent" href={routes.deadLetterIssue(cluster, data.fingerprint)}>
                {t('record.issue')}
              </Link>
            </>
          ) : (
            <span>&nbsp;</span>
          )
        }
        actions={
          <>
            <Neighbours address={address} fingerprint={data?.fingerprint ?? null} />
            <DropButton
              cluster={cluster}
              topic={topic}
              what={{ records: [{ partition, offset }] }}
              count={data && OPEN.has(data.status) ? 1 : 0}
            />
            <ReplayLink
              primary={data?.status !== 'replayed'}
              hotkey
              cluster={cluster}
              topic={topic}
              records={[{ partition, offset }]}
              count={1}
            >
              {t('record.replay')}
            </ReplayLink>
          </>
        }
      />
      <StaleNotice error={error} onRetry={() => void refetch()} />
      {data ? (
        <>
          <LetterWhy letter={data} cluster={cluster} />
          <LetterLinks address={address} />
          <Body letter={data} address={address} />
        </>
      ) : (
        <div className="border-t border-line p-4">
          <SkeletonLines lines={10} />
        </div>
      )}
    </>
  )
}

/** Where else to look: nothing is there until a template of the configuration fits. */
function LetterLinks({ address }: { address: Address }) {
  const { data } = useApi(deadLetterTriage.links, address, { staleMs: 60_000 })
  if (!data || data.links.length === 0) return null
  return (
    <div className="px-4 pb-3">
      <OutLinks links={data.links} />
    </div>
  )
}

/** `12/312 ‹ ›`: the letters before and after it in its issue, as far as the first page of the issue knows. */
function Neighbours({ address, fingerprint }: { address: Address; fingerprint: string | null }) {
  const t = useTranslations('dead-letters.record')
  const m = useTranslations('messages.record')
  const router = useRouter()
  const { cluster, topic, partition, offset } = address
  const { data } = useApi(deadLetters.records, recordsInput(cluster, fingerprint ?? '', null), {
    enabled: fingerprint !== null,
    staleMs: 30_000,
  })
  const rows = data?.items ?? []
  const at = rows.findIndex(
    row => row.topic === topic && row.message.partition === partition && row.message.offset === offset,
  )
  const go = (to: number) => {
    const row = at < 0 ? undefined : rows[to]
    if (!row) return null
    return () => router.push(routes.deadLetter(cluster, row.topic, row.message.partition, row.message.offset))
  }
  const previous = go(at - 1)
  const next = go(at + 1)
  useHotkeys({ p: () => (previous ? previous() : false), n: () => (next ? next() : false) })
  if (at < 0) return null
  return (
    <span className="flex items-center gap-0.5">
      <span className="mr-1 text-meta text-text-3">
        {m('position', { at: at + 1, n: data?.matched ?? rows.length })}
      </span>
      <IconButton
        label={m('previous')}
        shortcut="p"
        icon={<ChevronUp size={16} />}
        reason={previous ? undefined : t('firstLetter')}
        onClick={previous ?? undefined}
      />
      <IconButton
        label={m('next')}
        shortcut="n"
        icon={<ChevronDown size={16} />}
        reason={next ? undefined : t('lastLetter')}
        onClick={next ?? undefined}
      />
    </span>
  )
}

function Body({ letter, address }: { letter: Letter; address: Address }) {
  const t = useTranslations('dead-letters.record')
  const [chosen, setTab] = useQueryState('tab', parseAsStringLiteral(TABS))
  const tab = chosen ?? (letter.exception.stackTrace === null ? 'value' : 'stack')
  useHotkeys(Object.fromEntries(TABS.map((id, i) => [String(i + 1), () => void setTab(id)])))
  const shown = shownOf(letter, address)
  // A pointer without its source: what stands in the letter itself is neither its key nor a tombstone.
  const isLost = letter.notes?.includes('pointer') === true && !letter.source
  const lost = <p className="px-4 py-6 text-text-3">{t('pointerLost')}</p>
  const stripped = letter.headerRoles.filter(role => role === 'strip').length
  const headers = letter.message.headers.length
  return (
    <Tabs<Tab>
      label={t('tabs')}
      value={tab}
      onValueChange={id => void setTab(id)}
      className="min-h-60 border-t border-line"
      items={[
        { id: 'stack', label: t('stack') },
        { id: 'value', label: t('value') },
        { id: 'key', label: t('key') },
        {
          id: 'headers',
          label: t('headers'),
          count: stripped === 0 ? headers : t('headerCount', { n: headers, stripped }),
        },
        { id: 'hex', label: t('hex') },
        {
          id: 'replays',
          label: t('replays'),
          count: letter.replaysKnown === false ? '—' : letter.replays.length,
        },
      ]}
    >
      <TabPanel id="stack">
        <StackView frames={letter.frames} stackTrace={letter.exception.stackTrace} />
      </TabPanel>
      <TabPanel id="value" className="flex flex-col">
        {isLost ? lost : <PayloadView payload={shown.message.value} part="value" address={shown.address} />}
      </TabPanel>
      <TabPanel id="key" className="flex flex-col">
        {isLost ? lost : <PayloadView payload={shown.message.key} part="key" address={shown.address} />}
      </TabPanel>
      <TabPanel id="headers">
        <HeaderRoles letter={letter} />
      </TabPanel>
      <TabPanel id="hex" className="flex flex-col">
        <RawBytes address={shown.address} />
      </TabPanel>
      <TabPanel id="replays">
        <Replays letter={letter} cluster={address.cluster} />
      </TabPanel>
    </Tabs>
  )
}

/** Key and value of a pointer letter are those of the record that it points at. */
function shownOf(letter: Letter, address: Address): { message: Letter['message']; address: Address } {
  const { source, origin } = letter
  if (!source || origin.topic === null) return { message: letter.message, address }
  const { partition, offset } = source
  return { message: source, address: { ...address, topic: origin.topic, partition, offset } }
}

function Replays({ letter, cluster }: { letter: Letter; cluster: string }) {
  const t = useTranslations('dead-letters.record')
  if (letter.replaysKnown === false)
    return (
      <Notice tone="warn" className="m-4">
        {t('replaysUnknown')}
      </Notice>
    )
  if (letter.replays.length === 0) return <p className="px-4 py-6 text-text-3">{t('noReplays')}</p>
  return (
    <ul className="px-4 py-2">
      {letter.replays.map(mark => (
        <li
          key={`${mark.replay}-${mark.count}`}
          className="flex min-h-8 flex-wrap items-center gap-x-4 border-b border-line-soft last:border-b-0"
        >
          <Timestamp at={mark.at} withZone />
          <Link className="mono-sm text-accent" href={routes.replay(cluster, mark.replay)}>
            {mark.replay}
          </Link>
          <span aria-hidden className="text-text-3">
            →
          </span>
          <ReplayedTo mark={mark} cluster={cluster} />
          <span className="text-text-3">{t('replayCount', { n: mark.count })}</span>
          {mark.guarantee === 'at-least-once' ? (
            <Status kind={mark.unknown ? 'warn' : 'empty'}>
              {t(mark.unknown ? 'replayedUnknown' : 'replayedAtLeastOnce')}
            </Status>
          ) : null}
        </li>
      ))}
    </ul>
  )
}

function ReplayedTo({ mark, cluster }: { mark: Letter['replays'][number]; cluster: string }) {
  const { topic, partition, offset } = mark.target
  const place = `${middleTruncate(topic, TITLE_CHARS)} / P${partition}`
  if (offset === null) return <span className="mono-sm">{place}</span>
  const text = `${place} / ${formatInteger(offset)}`
  // What went without a ledger may stand in another cluster: its replay says where.
  if (mark.guarantee === 'at-least-once') return <span className="mono-sm">{text}</span>
  return (
    <Link className="mono-sm text-accent" href={routes.record(cluster, topic, partition, offset)}>
      {text}
    </Link>
  )
}
