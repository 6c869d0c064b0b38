'use client'

import { useTranslations } from 'next-intl'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { useFreshness } from '@/components/api/freshness'
import { ProblemsNotice, QueryError, StaleNotice } from '@/components/api/query-error'
import { Tag } from '@/components/ui/badge'
import { CopyButton } from '@/components/ui/copy-button'
import { Fact, PageHeader, StatStrip } from '@/components/ui/page-header'
import { ListFooter } from '@/components/ui/pagination'
import { TabPanel, Tabs } from '@/components/ui/tabs'
import { TimeAgo } from '@/components/ui/time'
import { Num, Rate } from '@/components/ui/value'
import type { GroupDetail } from '@/lib/contracts/groups'
import { CatchUp, GroupStatusCell, LagValue, TimeLagValue, TrendValue } from './group-cells'
import { LagCharts } from './lag-charts'
import { MemberTable } from './member-table'
import { PartitionTable } from './partition-table'
import { useGroup } from './use-group'

/** One consumer group: does it keep up, since when, where is it behind, and who reads. */
export function GroupView({ cluster, group }: { cluster: string; group: string }) {
  const t = useTranslations('groups.detail')
  const { data, error, isFetching, refetch, live } = useGroup(cluster, group)
  const [tab, setTab] = useQueryState(
    'tab',
    parseAsStringLiteral(['lag', 'members'] as const).withDefault('lag'),
  )
  useFreshness({
    label: group,
    at: data?.sampledAt ?? null,
    everyMs: live ? 1_000 : 10_000,
    error,
    fetching: isFetching,
  })
  if (error && !data) return <QueryError error={error} onRetry={() => void refetch()} retrying={isFetching} />
  return (
    <>
      <PageHeader
        mono
        title={<bdi translate="no">{group}</bdi>}
        chips={
          <>
            <CopyButton text={group} />
            {data ? <GroupStatusCell group={data} /> : null}
          </>
        }
        facts={data ? <Facts group={data} /> : <span>&nbsp;</span>}
      />
      <Stats group={data} />
      <StaleNotice error={error} onRetry={() => void refetch()} />
      <ProblemsNotice problems={data?.problems} />
      <Tabs
        label={t('tabs')}
        value={tab}
        onValueChange={next => void setTab(next)}
        items={[
          { id: 'lag', label: t('tab.lag') },
          { id: 'members', label: t('tab.members'), count: data?.memberList.length },
        ]}
      >
        <TabPanel id="lag" className="flex flex-col">
          <LagCharts cluster={cluster} group={group} now={data} />
          <PartitionTable cluster={cluster} rows={data?.partitions} />
        </TabPanel>
        <TabPanel id="members" className="flex flex-col">
          <MemberTable members={data?.memberList} />
        </TabPanel>
      </Tabs>
      <ListFooter
        parts={[
          data?.sampledAt ? <TimeAgo key="age" at={data.sampledAt} /> : null,
          t(live ? 'live' : 'polled'),
        ]}
        aside={t('chartUnit')}
      />
    </>
  )
}

function Facts({ group }: { group: GroupDetail }) {
  const t = useTranslations('groups')
  return (
    <>
      <Tag>{t(`type.${group.type}`)}</Tag>
      <span>{group.state}</span>
      <Fact label={t('detail.facts.members')}>
        <Num value={group.members} reason={t('membersUnknown')} />
      </Fact>
      {group.coordinator === null ? null : (
        <span>{t('detail.facts.coordinator', { id: group.coordinator })}</span>
      )}
      {group.assignor ? <Fact label={t('detail.facts.assignor')}>{group.assignor}</Fact> : null}
      {group.epoch === null ? null : <Fact label={t('detail.facts.epoch')}>{group.epoch}</Fact>}
    </>
  )
}

function Stats({ group }: { group: GroupDetail | undefined }) {
  const t = useTranslations('groups.detail.stat')
  const reason = useTranslations('groups')('notMeasured')
  const value = (draw: (g: GroupDetail) => React.ReactNode) =>
    group ? draw(group) : <span className="text-text-3">…</span>
  return (
    <StatStrip
      className="px-4 pb-2"
      items={[
        { label: t('lag'), value: value(g => <LagValue lag={g.lag} />) },
        { label: t('timeLag'), value: value(g => <TimeLagValue ms={g.timeLagMs} />) },
        { label: t('consume'), value: value(g => <Rate perSecond={g.consumePerSecond} reason={reason} />) },
        { label: t('produce'), value: value(g => <Rate perSecond={g.producePerSecond} reason={reason} />) },
        { label: t('trend'), value: value(g => <TrendValue perSecond={g.trendPerSecond} />) },
        { label: t('eta'), value: value(g => <CatchUp group={g} />) },
      ]}
    />
  )
}
