'use client'

import { useTranslations } from 'next-intl'
import { MonoId } from '@/components/ui/mono-id'
import { Status } from '@/components/ui/status'
import { TimeAgo } from '@/components/ui/time'
import { Num } from '@/components/ui/value'
import type { TopicUsage } from '@/lib/contracts/topic-changes'

const SHOWN = 8

/** Nobody named is not nobody where those who would know did not say. */
const known = (isKnown: boolean, count: number) => (isKnown || count > 0 ? count : 'unknown')

/**
 * Who would notice that a topic is gone: groups that read it, connectors, who wrote in the last hour, topics
 * that derive from it.
 */
export function UsageReport({ usage }: { usage: TopicUsage }) {
  const t = useTranslations('requests.usage')
  const active = usage.groups.filter(group => group.active)
  const idle = usage.groups.length - active.length
  return (
    <div className="flex flex-col gap-1.5">
      <Status kind={usage.inUse ? 'warn' : 'ok'}>{t(usage.inUse ? 'inUse' : 'notInUse')}</Status>
      <ul className="flex flex-col gap-1 text-text-2">
        <li>
          {t('lastHour')} <Num value={usage.recordsLastHour} reason={t('unknown')} />
          {' · '}
          {t('all')} <Num value={usage.messages} reason={t('unknown')} />
        </li>
        <Names
          label={`${t('groups', { n: known(usage.groupsKnown, active.length) })}${idle > 0 ? ` ${t('idle', { n: idle })}` : ''}`}
          names={active.map(group => group.group)}
          note={usage.groupsKnown ? null : t('groupsUnknown')}
        />
        <Names
          label={t('connectors', { n: known(usage.connectorsKnown, usage.connectors.length) })}
          names={usage.connectors.map(one => `${one.worker}/${one.name} (${one.type}, ${one.state})`)}
          note={usage.connectorsKnown ? null : t(usage.connectConfigured ? 'connectorsUnknown' : 'noConnect')}
          quiet={!usage.connectConfigured}
        />
        {usage.producers.length > 0 ? (
          <li>
            {t('producers', { n: usage.producers.length })}
            <ul className="pl-4">
              {usage.producers.slice(0, SHOWN).map(one => (
                <li key={one.producerId} className="flex flex-wrap items-baseline gap-x-2">
                  <MonoId id={one.transactionalId ?? t('producer', { id: one.producerId })} small />
                  {one.lastWriteAt ? <TimeAgo at={one.lastWriteAt} /> : null}
                </li>
              ))}
            </ul>
          </li>
        ) : null}
        {usage.related.length > 0 ? (
          <Names label={t('related', { n: usage.related.length })} names={usage.related} note={null} />
        ) : null}
      </ul>
    </div>
  )
}

function Names({
  label,
  names,
  note,
  quiet = false,
}: {
  label: string
  names: readonly string[]
  note: string | null
  /** The note is nothing to worry about. */
  quiet?: boolean
}) {
  const t = useTranslations('requests.usage')
  return (
    <li>
      {label}
      {note ? <span className={quiet ? undefined : 'text-warn'}> {note}</span> : null}
      {names.length > 0 ? (
        <ul className="pl-4">
          {names.slice(0, SHOWN).map(name => (
            <li key={name}>
              <MonoId id={name} small />
            </li>
          ))}
          {names.length > SHOWN ? (
            <li className="text-text-3">{t('more', { n: names.length - SHOWN })}</li>
          ) : null}
        </ul>
      ) : null}
    </li>
  )
}
