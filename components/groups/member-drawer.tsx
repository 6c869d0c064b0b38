'use client'

import { useTranslations } from 'next-intl'
import { CopyButton } from '@/components/ui/copy-button'
import { Drawer, DrawerSection } from '@/components/ui/drawer'
import { KeyValueList } from '@/components/ui/key-value'
import { MonoId } from '@/components/ui/mono-id'
import { Num } from '@/components/ui/value'
import { VisibleText } from '@/components/ui/visible-text'
import type { GroupMember } from '@/lib/contracts/groups'
import { routes } from '@/lib/routes'
import { countPartitions, pendingOf, rangesOf } from './assignment-words'
import { hostOf } from './partition-table'
import { RemoveMember } from './remove-member'

/** One member in full: who it is, what it subscribes to, what it has and what it is to have. */
export function MemberDrawer({
  cluster,
  group,
  groupEpoch,
  member,
  onClose,
}: {
  cluster: string
  group: string
  groupEpoch: number | null
  member: GroupMember
  onClose: () => void
}) {
  const t = useTranslations('groups.member')
  const { gets, gives } = pendingOf(member)
  return (
    <Drawer
      open
      takeFocus={false}
      onClose={onClose}
      label={member.clientId}
      header={
        <h2 className="mono flex items-center gap-1 leading-7 font-semibold break-all">
          <VisibleText text={member.clientId} />
          <CopyButton text={member.clientId} />
        </h2>
      }
      actions={
        member.instanceId === null ? null : (
          <RemoveMember cluster={cluster} group={group} member={member} instance={member.instanceId} />
        )
      }
    >
      <DrawerSection>
        <KeyValueList
          labelWidth="w-28"
          items={[
            { label: t('id'), value: <MonoId id={member.memberId} small copy /> },
            { label: t('host'), value: hostOf(member.host), mono: true },
            {
              label: t('instance'),
              value: member.instanceId === null ? t('dynamic') : <MonoId id={member.instanceId} small copy />,
            },
            member.streams && { label: t('process'), value: member.streams.process, mono: true },
            {
              label: t('epoch'),
              value: (
                <>
                  <Num value={member.epoch} reason={t('epochClassic')} />
                  {member.epoch !== null && groupEpoch !== null && member.epoch !== groupEpoch ? (
                    <span className="ml-1.5 text-warn">{t('epochBehind', { epoch: groupEpoch })}</span>
                  ) : null}
                </>
              ),
            },
          ]}
        />
      </DrawerSection>
      <DrawerSection title={t('subscribed')}>
        <Topics cluster={cluster} names={member.subscribed} none={t('subscribedUnknown')} />
      </DrawerSection>
      <Assignment cluster={cluster} title={t('assigned')} assigned={member.assigned} />
      {member.streams ? (
        <DrawerSection title={t('tasks')}>
          <ul className="mono-sm">
            {member.streams.tasks.map(one => (
              <li key={`${one.role} ${one.subtopology}`}>
                {t(`role.${one.role}`)} {one.subtopology}_[{rangesOf(one.partitions)}]
              </li>
            ))}
          </ul>
          {member.streams.tasks.length === 0 ? <span className="text-text-3">{t('nothing')}</span> : null}
        </DrawerSection>
      ) : null}
      {countPartitions(gets) > 0 ? <Assignment cluster={cluster} title={t('gets')} assigned={gets} /> : null}
      {countPartitions(gives) > 0 ? (
        <Assignment cluster={cluster} title={t('gives')} assigned={gives} />
      ) : null}
    </Drawer>
  )
}

function Assignment({
  cluster,
  title,
  assigned,
}: {
  cluster: string
  title: string
  assigned: GroupMember['assigned']
}) {
  const t = useTranslations('groups.member')
  return (
    <DrawerSection title={title} aside={<Num value={countPartitions(assigned)} />}>
      {assigned.length === 0 ? <span className="text-text-3">{t('nothing')}</span> : null}
      <ul className="flex flex-col gap-0.5">
        {assigned.map(({ topic, partitions }) => (
          <li key={topic} className="flex min-w-0 items-baseline gap-2">
            <MonoId id={topic} small href={routes.topic(cluster, topic, 'partitions')} />
            <span className="mono-sm text-text-2">[{rangesOf(partitions)}]</span>
          </li>
        ))}
      </ul>
    </DrawerSection>
  )
}

/** Topics as links; a pattern (`/…/`) leads nowhere. */
function Topics({ cluster, names, none }: { cluster: string; names: readonly string[]; none: string }) {
  if (names.length === 0) return <span className="text-text-3">{none}</span>
  return (
    <ul className="flex flex-col gap-0.5">
      {names.map(name => (
        <li key={name} className="min-w-0">
          {name.startsWith('/') ? (
            <MonoId id={name} small />
          ) : (
            <MonoId id={name} small href={routes.topic(cluster, name, 'partitions')} />
          )}
        </li>
      ))}
    </ul>
  )
}
