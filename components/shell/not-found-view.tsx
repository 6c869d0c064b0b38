'use client'

import { SearchX } from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useClusterSummary, useClusters } from '@/components/api/clusters'
import { useApi } from '@/components/api/use-api'
import { LinkButton } from '@/components/ui/button'
import { MonoId } from '@/components/ui/mono-id'
import { groups } from '@/lib/contracts/groups'
import { topics } from '@/lib/contracts/topics'
import { parsePath, routes } from '@/lib/routes'

/** 404 inside the shell: what the address named, and names that are near. */
export function NotFoundView() {
  const t = useTranslations('shell.notFound')
  const { cluster, section, rest } = parsePath(usePathname())
  const known = useClusterSummary(cluster)
  const clusters = useClusters()
  return (
    <div className="mx-auto flex w-full max-w-140 flex-col items-start gap-1 overflow-auto px-6 py-16">
      <SearchX aria-hidden size={24} strokeWidth={1.75} className="mb-2 text-text-3" />
      <h1 tabIndex={-1} className="text-section font-semibold">
        {t('title')}
      </h1>
      <p className="text-text-2">{t('body')}</p>
      <p className="mono-sm text-text-3">NOT_FOUND</p>
      {known && (section === 'topics' || section === 'groups') && rest[0] ? (
        <NearMatches cluster={known.id} section={section} name={rest[0]} />
      ) : null}
      {cluster !== null && !known && clusters.length > 0 ? (
        <Names
          title={t('near')}
          items={clusters.slice(0, 8).map(other => ({ name: other.name, href: routes.overview(other.id) }))}
        />
      ) : null}
      <div className="mt-4 flex gap-2">
        {known ? <LinkButton href={routes.overview(known.id)}>{t('toOverview')}</LinkButton> : null}
        <LinkButton href={routes.clusters()}>{t('toClusters')}</LinkButton>
      </div>
    </div>
  )
}

/** Names that share the longest segment of the one that was asked for. */
function NearMatches({
  cluster,
  section,
  name,
}: {
  cluster: string
  section: 'topics' | 'groups'
  name: string
}) {
  const t = useTranslations('shell.notFound')
  const segments = name.split(/[.\-_]/).filter(Boolean)
  const query = (segments.sort((a, b) => b.length - a.length)[0] ?? name).slice(0, 200)
  const topicPage = useApi(topics.list, { cluster, query, limit: 6 }, { enabled: section === 'topics' })
  const groupPage = useApi(groups.list, { cluster, query, limit: 6 }, { enabled: section === 'groups' })
  const items =
    section === 'topics'
      ? (topicPage.data?.items ?? []).map(row => ({ name: row.name, href: routes.topic(cluster, row.name) }))
      : (groupPage.data?.items ?? []).map(row => ({
          name: row.group,
          href: routes.group(cluster, row.group),
        }))
  return <Names title={t('near')} items={items} />
}

function Names({ title, items }: { title: string; items: readonly { name: string; href: string }[] }) {
  if (items.length === 0) return null
  return (
    <section className="mt-4">
      <h2 className="mb-1 text-meta font-medium text-text-3">{title}</h2>
      <ul className="flex flex-col gap-1">
        {items.map(item => (
          <li key={item.href}>
            <Link href={item.href}>
              <MonoId id={item.name} />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
