'use client'

import { UsersRound } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type Column, DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { MonoId } from '@/components/ui/mono-id'
import type { GroupMember } from '@/lib/contracts/groups'

/** Who reads, from where, and which partitions. */
export function MemberTable({ members }: { members: readonly GroupMember[] | undefined }) {
  const t = useTranslations('groups.member')
  const columns: Column<GroupMember>[] = [
    { id: 'id', header: t('id'), rowHeader: true, render: row => <MonoId id={row.memberId} max={40} copy /> },
    {
      id: 'client',
      header: t('client'),
      width: 180,
      hideBelow: 'sm',
      render: row => <MonoId id={row.clientId} max={24} />,
    },
    { id: 'host', header: t('host'), width: 130, render: row => row.host },
    {
      id: 'instance',
      header: t('instance'),
      width: 130,
      hideBelow: 'lg',
      render: row => row.instanceId ?? '—',
    },
    {
      id: 'epoch',
      header: t('epoch'),
      width: 64,
      align: 'end',
      hideBelow: 'lg',
      render: row => row.epoch ?? '—',
    },
    {
      id: 'assigned',
      header: t('assigned'),
      render: row => (
        <span className="truncate" title={assignment(row)}>
          <b className="font-medium">
            {t('partitions', { n: row.assigned.reduce((n, a) => n + a.partitions.length, 0) })}
          </b>{' '}
          <span className="mono-sm text-text-3">{assignment(row)}</span>
        </span>
      ),
    },
  ]
  return (
    <DataTable
      label={t('list')}
      columns={columns}
      rows={members ?? []}
      rowKey={row => row.memberId}
      loading={members === undefined}
      primary={false}
      scroll={false}
      empty={<EmptyState icon={<UsersRound />} title={t('none')} body={t('noneBody')} />}
    />
  )
}

function assignment(member: GroupMember): string {
  return member.assigned.map(a => `${a.topic} [${a.partitions.join(', ')}]`).join(' · ')
}
