'use client'

import { UsersRound } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type Column, DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { MonoId } from '@/components/ui/mono-id'
import { Num } from '@/components/ui/value'
import type { GroupMember } from '@/lib/contracts/groups'
import { hostOf } from './partition-table'
import { RemoveMember } from './remove-member'

/** Who reads, from where, and which partitions. */
export function MemberTable({
  cluster,
  group,
  members,
}: {
  cluster: string
  group: string
  members: readonly GroupMember[] | undefined
}) {
  const t = useTranslations('groups.member')
  const columns: Column<GroupMember>[] = [
    {
      id: 'client',
      header: t('client'),
      width: 200,
      rowHeader: true,
      render: row => <MonoId id={row.clientId} copy />,
    },
    { id: 'host', header: t('host'), width: 140, render: row => hostOf(row.host) },
    {
      id: 'count',
      header: t('count'),
      width: 88,
      align: 'end',
      render: row => <Num value={countOf(row)} />,
    },
    {
      id: 'assigned',
      header: t('assigned'),
      hideBelow: 'md',
      render: row => (
        <span className="mono-sm block truncate text-text-2" title={assignment(row)}>
          {assignment(row) || <span className="font-sans text-text-3">{t('nothing')}</span>}
        </span>
      ),
    },
    {
      id: 'id',
      header: t('id'),
      width: 220,
      hideBelow: 'lg',
      render: row => <MonoId id={row.memberId} small copy />,
    },
    {
      id: 'instance',
      header: t('instance'),
      help: t('instanceHelp'),
      width: 160,
      hideBelow: 'lg',
      render: row =>
        row.instanceId === null ? (
          <span className="text-text-3">{t('dynamic')}</span>
        ) : (
          <span className="flex items-center gap-1">
            <MonoId id={row.instanceId} small />
            <RemoveMember cluster={cluster} group={group} member={row} instance={row.instanceId} />
          </span>
        ),
    },
    {
      id: 'epoch',
      header: t('epoch'),
      help: t('epochHelp'),
      width: 76,
      align: 'end',
      hideBelow: 'xl',
      render: row => <Num value={row.epoch} reason={t('epochClassic')} />,
    },
  ]
  return (
    <DataTable
      label={t('list')}
      columns={columns}
      rows={members ?? []}
      rowKey={row => row.memberId}
      loading={members === undefined}
      cardHeight={57}
      card={row => <MemberCard member={row} />}
      empty={<EmptyState icon={<UsersRound />} title={t('none')} body={t('noneBody')} />}
    />
  )
}

function countOf(member: GroupMember): number {
  return member.assigned.reduce((n, a) => n + a.partitions.length, 0)
}

function assignment(member: GroupMember): string {
  return member.assigned.map(a => `${a.topic} [${a.partitions.join(', ')}]`).join(' · ')
}

function MemberCard({ member }: { member: GroupMember }) {
  const t = useTranslations('groups.member')
  return (
    <span className="flex min-w-0 flex-col gap-1">
      <span className="flex items-baseline justify-between gap-2">
        <MonoId id={member.clientId} />
        <span className="shrink-0 text-meta text-text-3">{hostOf(member.host)}</span>
      </span>
      <span className="mono-sm truncate text-text-2">{assignment(member) || t('nothing')}</span>
    </span>
  )
}
