'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { parseAsString, parseAsStringLiteral, useQueryState } from 'nuqs'
import { useFreshness } from '@/components/api/freshness'
import { ProblemsNotice, QueryError, StaleNotice } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import { Tag } from '@/components/ui/badge'
import { LinkButton } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { useHotkeys } from '@/components/ui/hotkeys'
import { Ends, MonoId } from '@/components/ui/mono-id'
import { Fact, PageHeader } from '@/components/ui/page-header'
import { ListFooter } from '@/components/ui/pagination'
import { Skeleton } from '@/components/ui/skeleton'
import { StatusIcon } from '@/components/ui/status'
import { TabPanel, Tabs } from '@/components/ui/tabs'
import { TimeAgo } from '@/components/ui/time'
import { Num } from '@/components/ui/value'
import { type GroupPage, groups } from '@/lib/contracts/groups'
import { routes } from '@/lib/routes'
import { type ChartScope, parseScope, scopeText } from './chart-scope'
import { GroupStatusPill } from './group-cells'
import { GroupMenu } from './group-menu'
import { GroupStats } from './group-stats'
import { LagCharts } from './lag-charts'
import { MemberTable } from './member-table'
import { OffsetsTab } from './offsets-tab'
import { PartitionTable } from './partition-table'
import { PinStar } from './pin-star'
import { SignalList } from './signal-list'
import { TopologyTable } from './topology-table'
import { type LiveWord, POLL_MS, useGroup } from './use-group'

/** Characters of a long name's end that a title shows in any case. */
const TITLE_TAIL = 12

/** One consumer group: does it keep up, since when, where is it behind, and who reads. */
export function GroupView({ cluster, group }: { cluster: string; group: string }) {
  const t = useTranslations('groups.detail')
  const { data, error, isFetching, refetch, live, retries } = useGroup(cluster, group)
  const [wanted, setTab] = useQueryState(
    'tab',
    parseAsStringLiteral(['lag', 'members', 'offsets', 'topology'] as const).withDefault('lag'),
  )
  const [of, setOf] = useQueryState('of', parseAsString)
  const scope = parseScope(of)
  const setScope = (next: ChartScope) => void setOf(scopeText(next))
  // Only streams groups have a topology: an address of another group leads to its lag.
  const tab = wanted === 'topology' && data && data.subtopologies === null ? 'lag' : wanted
  useFreshness({
    label: group,
    at: data?.sampledAt ?? null,
    everyMs: live === 'live' ? 1_000 : POLL_MS,
    error,
    fetching: isFetching,
  })
  useHotkeys({
    '1': () => void setTab('lag'),
    '2': () => void setTab('members'),
    '3': () => void setTab('offsets'),
    '4': () => (data?.subtopologies ? void setTab('topology') : false),
  })
  const retry = () => void refetch()
  return (
    <>
      <PageHeader
        mono
        title={
          <bdi translate="no" title={group} className="block">
            <Ends text={group} tail={TITLE_TAIL} />
          </bdi>
        }
        chips={
          <>
            <CopyButton text={group} label={t('copyName')} />
            {data ? <PinStar cluster={cluster} group={group} pinned={data.pinned} /> : null}
            {data || error ? null : <ChipsToCome />}
            {data ? (
              // Beside a long name they wrap together: the menu alone on a line would be lost.
              <span className="inline-flex items-center gap-x-2.5">
                <GroupStatusPill group={data} />
                <GroupMenu cluster={cluster} group={data} />
              </span>
            ) : null}
          </>
        }
        facts={data ? <Facts group={data} /> : error ? null : <FactsToCome />}
      />
      {error && !data ? (
        <div className="min-h-0 flex-1 overflow-auto border-t border-line">
          <QueryError
            error={error}
            onRetry={retry}
            retrying={isFetching}
            action={
              <LinkButton size="sm" href={routes.groups(cluster)}>
                {t('toList')}
              </LinkButton>
            }
          />
          {error.code === 'GROUP_UNKNOWN' ? <NearGroups cluster={cluster} group={group} /> : null}
        </div>
      ) : (
        <>
          <GroupStats group={data} />
          <SignalList cluster={cluster} detail={data} />
          <StaleNotice error={error} onRetry={retry} />
          <ProblemsNotice problems={data?.problems} />
          <Tabs
            label={t('tabs')}
            value={tab}
            onValueChange={next => void setTab(next)}
            items={[
              { id: 'lag', label: t('tab.lag'), count: data?.partitions.length },
              { id: 'members', label: t('tab.members'), count: data?.memberList.length },
              { id: 'offsets', label: t('tab.offsets') },
              ...(data?.subtopologies
                ? [{ id: 'topology' as const, label: t('tab.topology'), count: data.subtopologies.length }]
                : []),
            ]}
          >
            <TabPanel id="lag" className="flex flex-col">
              <LagCharts cluster={cluster} group={group} now={data} scope={scope} onScopeChange={setScope} />
              <PartitionTable cluster={cluster} detail={data} scope={scope} onScopeChange={setScope} />
            </TabPanel>
            <TabPanel id="members" className="flex flex-col">
              <MemberTable cluster={cluster} group={group} detail={data} />
            </TabPanel>
            <TabPanel id="offsets" className="flex flex-col">
              {data ? <OffsetsTab cluster={cluster} group={data} /> : null}
            </TabPanel>
            <TabPanel id="topology" className="flex flex-col">
              <TopologyTable cluster={cluster} detail={data} />
            </TabPanel>
          </Tabs>
          <ListFooter
            parts={[
              tab === 'lag' || tab === 'members' ? data && t(tab === 'lag' ? 'order' : 'memberOrder') : null,
              <LiveState key="live" live={live} retries={retries} />,
            ]}
            aside={
              data?.sampledAt ? (
                <>
                  {t('basis')} · <TimeAgo at={data.sampledAt} />
                </>
              ) : null
            }
          />
        </>
      )}
    </>
  )
}

/** How the numbers come; a stream that was lost says so and what happens instead. */
function LiveState({ live, retries }: { live: LiveWord; retries: number }) {
  const t = useTranslations('groups.detail')
  const seconds = POLL_MS / 1000
  if (live === 'lost')
    return (
      <span role="status" className="inline-flex items-center gap-1 text-warn">
        <StatusIcon kind="warn" />
        {t('streamLost', { seconds, n: Math.max(1, retries) })}
      </span>
    )
  if (live === 'polled') return t('polled', { seconds })
  return t(live)
}

/** As wide and high as the star, the state and the menu: beside most names they take a second line on a phone. */
function ChipsToCome() {
  return (
    <>
      <span className="w-6" />
      <span className="flex h-8 w-28 items-center">
        <Skeleton className="h-5 w-18" />
      </span>
    </>
  )
}

/** As many lines as the facts will take: two on a phone. */
function FactsToCome() {
  return (
    <>
      <span className="flex h-5 basis-full items-center">
        <Skeleton className="w-80 max-w-full" />
      </span>
      <span className="flex h-5 basis-full items-center sm:hidden">
        <Skeleton className="w-40" />
      </span>
    </>
  )
}

function Facts({ group }: { group: GroupPage }) {
  const t = useTranslations('groups')
  return (
    <>
      <Tag>{t(`type.${group.type}`)}</Tag>
      <span>{group.state}</span>
      {group.owner === null ? null : <Fact label={t('column.owner')}>{group.owner}</Fact>}
      <Fact label={t('detail.facts.members')}>
        <Num value={group.members} reason={t('membersUnknown')} />
      </Fact>
      <Fact label={t('detail.facts.topics')}>
        <Num value={group.topics.length} />
      </Fact>
      {group.coordinator === null ? null : (
        <span>{t('detail.facts.coordinator', { id: group.coordinator })}</span>
      )}
      {group.assignor ? <Fact label={t('detail.facts.assignor')}>{group.assignor}</Fact> : null}
      {group.epoch === null ? null : (
        <Fact label={t('detail.facts.epoch')}>
          {group.epoch}
          {group.assignmentEpoch === null || group.assignmentEpoch === group.epoch ? null : (
            <span className="ml-1.5 font-normal text-warn">
              {t('detail.facts.assigning', { epoch: group.assignmentEpoch })}
            </span>
          )}
        </Fact>
      )}
    </>
  )
}

/** Groups that share the longest part of the name that is not there. */
function NearGroups({ cluster, group }: { cluster: string; group: string }) {
  const t = useTranslations('groups.detail')
  const longest = group.split(/[.\-_\s]/).sort((a, b) => b.length - a.length)[0] ?? group
  const { data } = useApi(groups.list, { cluster, query: longest.slice(0, 249), limit: 6 })
  if (!data || data.items.length === 0) return null
  return (
    <section className="mx-auto max-w-140 px-6 pb-12">
      <h2 className="mb-1 text-meta font-medium text-text-3">{t('near')}</h2>
      <ul className="flex flex-col gap-1">
        {data.items.map(row => (
          <li key={row.group}>
            <Link href={routes.group(cluster, row.group)}>
              <MonoId id={row.group} />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
