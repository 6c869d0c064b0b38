'use client'

import { UsersRound } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { parseAsString, useQueryState } from 'nuqs'
import { type Column, DataTable } from '@/components/ui/data-table'
import { SplitView } from '@/components/ui/drawer'
import { EmptyState } from '@/components/ui/empty-state'
import { MonoId } from '@/components/ui/mono-id'
import { Num } from '@/components/ui/value'
import type { GroupDetail, GroupMember } from '@/lib/contracts/groups'
import { assignmentWords, countPartitions, pendingOf, rangesOf } from './assignment-words'
import { MemberDrawer } from './member-drawer'
import { hostOf } from './partition-table'
import { RemoveMember } from './remove-member'

/** Who reads, from where, and which partitions; the row opens what does not fit. */
export function MemberTable({
  cluster,
  group,
  detail,
}: {
  cluster: string
  group: string
  detail: Pick<GroupDetail, 'memberList' | 'type' | 'epoch'> | undefined
}) {
  const t = useTranslations('groups.member')
  const [open, setOpen] = useQueryState('member', parseAsString)
  const members = detail?.memberList
  const shown = members?.find(({ memberId }) => memberId === open)
  return (
    <SplitView
      drawer={
        shown ? (
          <MemberDrawer
            cluster={cluster}
            group={group}
            groupEpoch={detail?.epoch ?? null}
            member={shown}
            onClose={() => void setOpen(null)}
          />
        ) : null
      }
    >
      <DataTable
        label={t('list')}
        columns={useMemberColumns(cluster, group, detail?.type)}
        rows={members ?? []}
        rowKey={row => row.memberId}
        currentKey={open}
        onOpen={row => void setOpen(row.memberId, { history: open === null ? 'push' : 'replace' })}
        loading={members === undefined}
        cardHeight={57}
        card={row => <MemberCard member={row} />}
        empty={<EmptyState icon={<UsersRound />} title={t('none')} body={t('noneBody')} />}
      />
    </SplitView>
  )
}

function useMemberColumns(
  cluster: string,
  group: string,
  type: GroupDetail['type'] | undefined,
): Column<GroupMember>[] {
  const t = useTranslations('groups.member')
  return [
    {
      id: 'client',
      header: t('client'),
      width: 176,
      rowHeader: true,
      render: row => <MonoId id={row.clientId} copy />,
    },
    { id: 'host', header: t('host'), width: 120, render: row => hostOf(row.host) },
    {
      id: 'count',
      header: t('count'),
      width: 80,
      align: 'end',
      render: row => <Num value={countPartitions(row.assigned)} />,
    },
    {
      id: 'assigned',
      header: t('assigned'),
      hideBelow: 'md',
      render: row => <Words text={assignmentWords(row.assigned)} none={t('nothing')} />,
    },
    type === 'streams'
      ? {
          id: 'tasks',
          header: t('tasks'),
          help: t('tasksHelp'),
          width: 200,
          hideBelow: 'md',
          render: row => <Tasks member={row} />,
        }
      : {
          id: 'subscribed',
          header: t('subscribed'),
          width: 168,
          hideBelow: 'xl',
          render: row => <Words text={row.subscribed.join(', ')} none={t('subscribedUnknown')} />,
        },
    {
      id: 'target',
      header: t('target'),
      help: t('targetHelp'),
      width: 128,
      hideBelow: 'lg',
      render: row => <Target member={row} />,
    },
    {
      id: 'id',
      header: t('id'),
      width: 148,
      hideBelow: 'lg',
      render: row => <MonoId id={row.memberId} small copy />,
    },
    {
      id: 'instance',
      header: t('instance'),
      help: t('instanceHelp'),
      width: 128,
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
      width: 68,
      align: 'end',
      hideBelow: 'xl',
      render: row => <Num value={row.epoch} reason={t('epochClassic')} />,
    },
  ]
}

function Words({ text, none }: { text: string; none: string }) {
  if (text === '') return <span className="text-text-3">{none}</span>
  return (
    <span className="mono-sm block truncate text-text-2" title={text}>
      {text}
    </span>
  )
}

/** Whether it has what the coordinator wants it to have; what is on the way else. */
function Target({ member }: { member: GroupMember }) {
  const t = useTranslations('groups.member')
  if (member.target === null) return <span className="text-text-3">{t('targetNone')}</span>
  const { gets, gives } = pendingOf(member)
  const [more, less] = [countPartitions(gets), countPartitions(gives)]
  if (more + less === 0) return <span className="text-text-3">{t('targetSame')}</span>
  return (
    <span
      className="text-warn"
      title={[assignmentWords(gets), assignmentWords(gives)].filter(Boolean).join(' / ')}
    >
      {t('targetDiffers', { more, less })}
    </span>
  )
}

function Tasks({ member }: { member: GroupMember }) {
  const t = useTranslations('groups.member')
  const tasks = member.streams?.tasks ?? []
  const text = tasks
    .map(one => `${t(`role.${one.role}`)} ${one.subtopology}_[${rangesOf(one.partitions)}]`)
    .join(' · ')
  return <Words text={text} none={t('nothing')} />
}

function MemberCard({ member }: { member: GroupMember }) {
  const t = useTranslations('groups.member')
  return (
    <span className="flex min-w-0 flex-col gap-1">
      <span className="flex items-baseline justify-between gap-2">
        <MonoId id={member.clientId} />
        <span className="shrink-0 text-meta text-text-3">{hostOf(member.host)}</span>
      </span>
      <Words text={assignmentWords(member.assigned)} none={t('nothing')} />
    </span>
  )
}
