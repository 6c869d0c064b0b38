'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useClusterSummary } from '@/components/api/clusters'
import { EnvChip } from '@/components/ui/badge'
import { cn } from '@/components/ui/cn'
import { CopyButton } from '@/components/ui/copy-button'
import { VisibleText } from '@/components/ui/visible-text'
import { middleTruncate, shortTopic } from '@/lib/format'
import { parsePath, routes } from '@/lib/routes'
import { NAV_ITEMS } from './navigation'

type Crumb = { text: string; full?: string; href?: string; mono?: boolean; copy?: string }

function useCrumbs(): { cluster: string | null; crumbs: Crumb[] } {
  const t = useTranslations('shell')
  const { cluster: id, section, rest } = parsePath(usePathname())
  const cluster = useClusterSummary(id)
  const crumbs: Crumb[] = []
  if (id !== null) crumbs.push({ text: cluster?.name ?? id, href: routes.overview(id) })
  if (section === 'clusters') crumbs.push({ text: t('sections.clusters') })
  const nav = NAV_ITEMS.find(item => item.section === section)
  if (nav) crumbs.push({ text: t(`sections.${nav.section}`), href: nav.href(id ?? '') })
  crumbs.push(...restCrumbs(section, rest, id, word => t(`crumbs.${word}`)))
  return { cluster: id, crumbs }
}

/** The resource after the section: the tab is not a crumb, a record's place is. */
function restCrumbs(
  section: string | null,
  rest: readonly string[],
  cluster: string | null,
  word: (
    key: 'newReplay' | 'replaySchedules' | 'newTopic' | 'newRequest' | 'issue' | 'letterRules',
  ) => string,
): Crumb[] {
  const [first, second, third, fourth] = rest
  // A request has its cluster behind the section: there are requests of all clusters in one list.
  if (section === 'requests' && first !== undefined)
    return second === undefined
      ? first === 'new'
        ? [{ text: word('newRequest') }]
        : []
      : [{ text: `#${second}` }]
  if (first === undefined || cluster === null) return []
  if (section === 'topics') {
    if (first === 'new' && rest.length === 1) return [{ text: word('newTopic') }]
    const topic: Crumb = {
      text: middleTruncate(first, 48),
      full: first,
      href: routes.topic(cluster, first),
      mono: true,
      copy: first,
    }
    return second !== undefined && third !== undefined && /^\d+$/.test(second)
      ? [topic, { text: `P${second} / ${third}`, mono: true, copy: `${first}/${second}/${third}` }]
      : [topic]
  }
  if (section === 'replays' && first === 'new') return [{ text: word('newReplay') }]
  if (section === 'replays' && first === 'schedules') return [{ text: word('replaySchedules') }]
  if (section === 'dead-letters' && first === 'rules') return [{ text: word('letterRules') }]
  if (section === 'dead-letters' && first === 'g') return [{ text: word('issue') }]
  if (section === 'dead-letters' && first === 'r' && second && third && fourth)
    return [
      {
        text: `${shortTopic(second)} / P${third} / ${fourth}`,
        mono: true,
        copy: `${second}/${third}/${fourth}`,
      },
    ]
  return [{ text: middleTruncate(first, 48), full: first, mono: true, copy: first }]
}

export function Breadcrumbs() {
  const t = useTranslations('shell')
  const { cluster: id, crumbs } = useCrumbs()
  const cluster = useClusterSummary(id)
  return (
    <nav aria-label={t('breadcrumbs')} className="flex min-w-0 flex-1 items-center gap-1.5">
      {cluster ? (
        <span className="shrink-0 sm:hidden">
          <EnvChip environment={cluster.environment} />
        </span>
      ) : null}
      <ol className="flex min-w-0 items-center gap-1.5 whitespace-nowrap text-text-3">
        {crumbs.map((crumb, i) => {
          const last = i === crumbs.length - 1
          // A phone has room for where one comes from: the title below says where one is.
          const onPhone = crumbs.length === 1 || i === 0 || i === crumbs.length - 2
          return (
            <li
              key={`${i}-${crumb.text}`}
              className={cn(
                'group/id flex min-w-0 items-center gap-1.5',
                !onPhone && 'max-sm:hidden',
                i > 0 && 'max-sm:shrink-0',
              )}
            >
              {i > 0 ? <span aria-hidden>/</span> : null}
              <CrumbText crumb={crumb} last={last} />
              {last && crumb.copy ? (
                <CopyButton
                  text={crumb.copy}
                  className="opacity-0 group-hover/id:opacity-100 focus-visible:opacity-100"
                />
              ) : null}
            </li>
          )
        })}
      </ol>
    </nav>
  )
}

function CrumbText({ crumb, last }: { crumb: Crumb; last: boolean }) {
  const look = cn('min-w-0 truncate', crumb.mono && 'mono', last ? 'font-medium text-text' : 'text-text-3')
  if (last || !crumb.href)
    return (
      <bdi translate="no" aria-current={last ? 'page' : undefined} title={crumb.full} className={look}>
        <VisibleText text={crumb.text} />
      </bdi>
    )
  return (
    <Link
      href={crumb.href}
      title={crumb.full}
      className={cn(look, 'no-underline hover:text-text hover:underline max-sm:py-2')}
    >
      <VisibleText text={crumb.text} />
    </Link>
  )
}
