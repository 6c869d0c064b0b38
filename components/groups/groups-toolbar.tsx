'use client'

import { Star } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Select } from '@/components/ui/select'
import { FilterChip, FilterInput, Toolbar } from '@/components/ui/toolbar'
import { groupType } from '@/lib/contracts/groups'
import { GROUP_STATES, type GroupsParams } from './groups-query'
import { TopicFilter } from './topic-filter'

const PRESETS = ['stop', 'stall', 'warn', 'rewind', 'unknown'] as const
const ALL = 'all'
/** What the API calls groups without an owner. */
const NOBODY = '-'

type Change = { [K in keyof GroupsParams]?: GroupsParams[K] | null }

/** Which groups: by name, status, pin, topic, team, type and Kafka's own state. All of it stands in the address. */
export function GroupsToolbar({
  cluster,
  params,
  owners,
  onChange,
}: {
  cluster: string
  params: GroupsParams
  /** Teams that groups here belong to. */
  owners: readonly string[]
  onChange: (change: Change, options?: { history: 'replace' }) => void
}) {
  const t = useTranslations('groups')
  const teams =
    params.owner && params.owner !== NOBODY ? [...new Set([...owners, params.owner])].sort() : owners
  return (
    <Toolbar label={t('filters')}>
      <FilterInput
        label={t('filter')}
        value={params.q}
        onValueChange={q => onChange({ q: q || null }, { history: 'replace' })}
        className="w-56 max-sm:w-auto"
      />
      <FilterChip on={params.pinned} onToggle={() => onChange({ pinned: params.pinned ? null : true })}>
        <Star aria-hidden size={12} /> {t('pinned')}
      </FilterChip>
      {PRESETS.map(status => (
        <FilterChip
          key={status}
          on={params.status === status}
          onToggle={() => onChange({ status: params.status === status ? null : status })}
        >
          {t(`preset.${status}`)}
        </FilterChip>
      ))}
      {/* A phone reads; what is seldom asked there would push the list off its screen. */}
      <span className="contents max-sm:hidden">
        <TopicFilter cluster={cluster} value={params.topic} onValueChange={topic => onChange({ topic })} />
      </span>
      {teams.length > 0 || params.owner ? (
        <Select
          size="sm"
          label={t('column.owner')}
          value={params.owner ?? ALL}
          onValueChange={owner => onChange({ owner: owner === ALL ? null : owner })}
          options={[
            { value: ALL, label: t('allOwners') },
            ...teams.map(team => ({ value: team, label: team })),
            { value: NOBODY, label: t('noOwner') },
          ]}
        />
      ) : null}
      <Select
        size="sm"
        label={t('typeLabel')}
        value={params.type ?? ALL}
        onValueChange={type => onChange({ type: type === ALL ? null : type })}
        options={[
          { value: ALL, label: t('allTypes') },
          ...groupType.options.map(type => ({ value: type, label: t(`type.${type}`) })),
        ]}
      />
      <span className="contents max-sm:hidden">
        <Select
          size="sm"
          label={t('column.state')}
          value={params.state ?? ALL}
          onValueChange={state => onChange({ state: state === ALL ? null : state })}
          options={[
            { value: ALL, label: t('allStates') },
            ...GROUP_STATES.map(state => ({ value: state, label: state })),
          ]}
        />
      </span>
    </Toolbar>
  )
}
