'use client'

import { useTranslations } from 'next-intl'
import type { Column } from '@/components/ui/data-table'
import { MonoId } from '@/components/ui/mono-id'
import { SparkLine } from '@/components/ui/spark'
import { Num, Unknown } from '@/components/ui/value'
import type { ListedGroup } from '@/lib/contracts/groups'
import { routes } from '@/lib/routes'
import { CatchUp, GroupStatusCell, LagValue, sparkTone, TimeLagValue, TrendValue } from './group-cells'
import { PinStar } from './pin-star'

/** What the list shows of a group; `withOwner`: somebody here belongs to a team. */
export function useGroupColumns(cluster: string, withOwner: boolean): Column<ListedGroup>[] {
  const t = useTranslations('groups')
  // A team takes room from its group's name: what the group's own page says as well gives way first.
  const spare = withOwner ? '2xl' : 'xl'
  const owner: Column<ListedGroup> = {
    id: 'owner',
    header: t('column.owner'),
    help: t('help.owner'),
    width: 108,
    hideBelow: 'xl',
    render: row => <Owner owner={row.owner} />,
  }
  return [
    {
      id: 'status',
      header: t('column.status'),
      help: t('help.status'),
      // "Falling behind", whole.
      width: 136,
      sortKey: 'status',
      hideBelow: 'sm',
      render: row => <GroupStatusCell group={row} />,
    },
    {
      id: 'group',
      header: t('column.group'),
      sortKey: 'name',
      rowHeader: true,
      render: row => (
        <span className="flex min-w-0 items-center gap-1">
          <MonoId id={row.group} href={routes.group(cluster, row.group)} rowLink copy />
          <PinStar quiet cluster={cluster} group={row.group} pinned={row.pinned} />
        </span>
      ),
    },
    ...(withOwner ? [owner] : []),
    {
      id: 'type',
      header: t('column.type'),
      width: 80,
      hideBelow: 'xl',
      render: row => <span className="text-text-2">{t(`type.${row.type}`)}</span>,
    },
    {
      id: 'state',
      header: t('column.state'),
      // CompletingRebalance, whole.
      width: 152,
      hideBelow: 'xl',
      render: row => <span className="text-text-2">{row.state}</span>,
    },
    {
      id: 'members',
      header: t('column.members'),
      width: 72,
      align: 'end',
      sortKey: 'members',
      sortDescFirst: true,
      hideBelow: 'md',
      render: row => <Num value={row.members} reason={t('membersUnknown')} />,
    },
    {
      id: 'topics',
      header: t('column.topics'),
      width: 64,
      align: 'end',
      hideBelow: spare,
      render: row => row.topics.length,
    },
    {
      id: 'lag',
      header: t('column.lag'),
      help: t('help.lag'),
      width: 124,
      align: 'end',
      sortKey: 'lag',
      sortDescFirst: true,
      render: row => <LagValue lag={row.lag} />,
    },
    {
      id: 'timeLag',
      header: t('column.timeLag'),
      help: t('help.timeLag'),
      width: 92,
      align: 'end',
      sortKey: 'timeLag',
      sortDescFirst: true,
      hideBelow: 'sm',
      render: row => <TimeLagValue ms={row.timeLagMs} />,
    },
    {
      id: 'spark',
      header: t('column.spark'),
      help: t('help.spark'),
      width: 88,
      hideBelow: 'md',
      render: row => <SparkLine values={row.spark} tone={sparkTone(row.status)} />,
    },
    {
      id: 'trend',
      header: t('column.trend'),
      help: t('help.trend'),
      width: 88,
      align: 'end',
      hideBelow: 'md',
      sortKey: 'trend',
      sortDescFirst: true,
      render: row => <TrendValue perSecond={row.trendPerSecond} />,
    },
    {
      id: 'eta',
      header: t('column.eta'),
      help: t('help.eta'),
      width: 100,
      align: 'end',
      hideBelow: spare,
      render: row => <CatchUp group={row} />,
    },
  ]
}

/** The team; nobody is said as such, never as an empty cell. */
function Owner({ owner }: { owner: string | null }) {
  const t = useTranslations('groups')
  return owner === null ? (
    <Unknown reason={t('noOwnerReason')} />
  ) : (
    <span className="block truncate text-text-2" title={owner}>
      {owner}
    </span>
  )
}
