'use client'

import { useTranslations } from 'next-intl'
import { MonoId } from '@/components/ui/mono-id'
import { Num } from '@/components/ui/value'
import type { ReplayPlan } from '@/lib/contracts/replays'
import { routes } from '@/lib/routes'

const SHOWN = 12

/**
 * Groups that read a target: the one that failed, which is the point, and others, which process the records a
 * second time.
 */
export function AffectedGroups({
  groups,
  cluster,
}: {
  groups: ReplayPlan['affectedGroups']
  cluster: string
}) {
  const t = useTranslations('replays.new')
  if (groups.length === 0) return <p className="text-meta text-text-3">{t('noGroups')}</p>
  const sorted = [...groups].sort((a, b) => Number(a.failing) - Number(b.failing))
  return (
    <>
      <table className="w-full table-fixed text-meta/5">
        <thead>
          <tr className="text-left text-text-3">
            <th scope="col" className="font-medium">
              {t('group')}
            </th>
            <th scope="col" className="w-36 pl-2 font-medium">
              {t('effect')}
            </th>
            <th scope="col" className="w-16 pl-2 text-right font-medium">
              {t('lag')}
            </th>
          </tr>
        </thead>
        <tbody>
          {sorted.slice(0, SHOWN).map(group => (
            <tr key={`${group.group} ${group.topic}`}>
              <th scope="row" className="text-left font-normal">
                <MonoId small quiet={false} id={group.group} href={routes.group(cluster, group.group)} />
              </th>
              <td className={group.failing ? 'pl-2 text-text-2' : 'pl-2 text-warn'}>
                {t(group.failing ? 'failing' : 'other')}
                {group.state === 'Stable' ? null : <span className="ml-1 text-text-3">{group.state}</span>}
              </td>
              <td className="pl-2 text-right">
                <Num value={group.lag} reason={t('noLag')} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {sorted.length > SHOWN ? (
        <p className="text-meta text-text-3">{t('moreGroups', { n: sorted.length - SHOWN })}</p>
      ) : null}
    </>
  )
}
