'use client'

import { Workflow } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type Column, DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { MonoId } from '@/components/ui/mono-id'
import { Num } from '@/components/ui/value'
import type { GroupDetail, GroupMember } from '@/lib/contracts/groups'
import { routes } from '@/lib/routes'

type Subtopology = NonNullable<GroupDetail['subtopologies']>[number]
type Role = NonNullable<GroupMember['streams']>['tasks'][number]['role']

const ROLES = ['active', 'standby', 'warmup'] as const satisfies readonly Role[]
const TOPICS = ['sources', 'sinks', 'changelogs'] as const

/**
 * What a streams application is made of: parts that read, write and keep state on topics, and how many tasks
 * run each.
 */
export function TopologyTable({
  cluster,
  detail,
}: {
  cluster: string
  detail: Pick<GroupDetail, 'subtopologies' | 'memberList'> | undefined
}) {
  const t = useTranslations('groups.topology')
  const tasks = (id: string, role: Role) =>
    (detail?.memberList ?? [])
      .flatMap(member => member.streams?.tasks ?? [])
      .filter(task => task.subtopology === id && task.role === role)
      .reduce((n, { partitions }) => n + partitions.length, 0)
  const count = (role: Role): Column<Subtopology> => ({
    id: role,
    header: t(role),
    help: t(`help.${role}`),
    width: 84,
    align: 'end',
    ...(role === 'active' ? {} : { hideBelow: 'lg' as const }),
    render: row => <Num value={tasks(row.id, role)} />,
  })
  const topics = (id: (typeof TOPICS)[number], hideBelow?: 'md' | 'lg'): Column<Subtopology> => ({
    id,
    header: t(id),
    help: t(`help.${id}`),
    ...(hideBelow ? { hideBelow } : {}),
    render: row => <TopicLinks cluster={cluster} names={row[id]} />,
  })
  const columns: Column<Subtopology>[] = [
    { id: 'id', header: t('id'), width: 112, rowHeader: true, render: row => <MonoId id={row.id} /> },
    topics('sources'),
    topics('sinks', 'md'),
    topics('changelogs', 'lg'),
    count('active'),
    count('standby'),
    count('warmup'),
  ]
  return (
    <DataTable
      label={t('list')}
      columns={columns}
      rows={detail?.subtopologies ?? []}
      loading={detail === undefined}
      rowKey={row => row.id}
      cardHeight={101}
      card={row => (
        <span className="flex min-w-0 flex-col gap-0.5">
          <span className="flex justify-between gap-2">
            <MonoId id={row.id} />
            <span className="flex gap-2 text-meta/5 text-text-2">
              {ROLES.map(role => {
                const n = tasks(row.id, role)
                return n > 0 || role === 'active' ? (
                  <span key={role}>
                    {t(role)} <Num value={n} />
                  </span>
                ) : null
              })}
            </span>
          </span>
          {TOPICS.map(kind => (
            <span key={kind} className="grid grid-cols-[80px_minmax(0,1fr)] items-baseline text-meta/5">
              <span className="text-text-3">{t(kind)}</span>
              <TopicLinks cluster={cluster} names={row[kind]} />
            </span>
          ))}
        </span>
      )}
      empty={<EmptyState icon={<Workflow />} title={t('none')} body={t('noneBody')} />}
    />
  )
}

function TopicLinks({ cluster, names }: { cluster: string; names: readonly string[] }) {
  const t = useTranslations('groups.topology')
  const [first, ...rest] = names
  if (first === undefined) return <span className="text-text-3">{t('nothing')}</span>
  return (
    <span className="flex min-w-0 items-baseline gap-1.5" title={names.join('\n')}>
      <MonoId id={first} small href={routes.topic(cluster, first, 'partitions')} />
      {rest.length > 0 ? (
        <span className="shrink-0 text-meta text-text-3">{t('more', { n: rest.length })}</span>
      ) : null}
    </span>
  )
}
