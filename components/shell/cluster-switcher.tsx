'use client'

import { ChevronsUpDown, Lock } from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { type KeyboardEvent, useState } from 'react'
import { useClusterSummary, useClusters } from '@/components/api/clusters'
import { useErrorWords } from '@/components/api/use-error-words'
import { EnvChip, Tag } from '@/components/ui/badge'
import { cn } from '@/components/ui/cn'
import { useHotkeys } from '@/components/ui/hotkeys'
import { Popover } from '@/components/ui/popover'
import { Status, StatusIcon } from '@/components/ui/status'
import { TimeAgo } from '@/components/ui/time'
import type { ClusterSummary } from '@/lib/contracts/clusters'
import { routes, switchCluster } from '@/lib/routes'
import { useShell } from './shell-context'
import { wideOnly, wideWords } from './sidebar-width'

/** Which cluster this is, how it is, and the way to the others (`g k`). */
export function ClusterSwitcher({ collapsed, phone }: { collapsed: boolean; phone: boolean }) {
  const t = useTranslations('shell')
  const { cluster: id } = useShell()
  const cluster = useClusterSummary(id)
  const [open, setOpen] = useState(false)
  useHotkeys({ 'g k': () => setOpen(true) }, !phone)
  const icons = wideOnly(collapsed, phone)
  const words = wideWords(collapsed, phone)
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label={t('switcher.title')}
      className="w-[420px]"
      trigger={
        <button
          type="button"
          className="flex h-full min-w-0 flex-1 items-center gap-1.5 pr-2 pl-3 text-left font-semibold ring-inset-focus hover:bg-hover max-side:px-1"
        >
          {cluster ? <EnvChip environment={cluster.environment} /> : null}
          <span title={cluster?.name} className={cn('min-w-0 flex-1 truncate', words)}>
            {cluster?.name ?? t('switcher.none')}
          </span>
          {cluster ? <StatusIcon kind={cluster.status} size={16} className={icons} /> : null}
          <span className="sr-only">
            {cluster ? t(`clusterStatus.${cluster.status}`) : null} {t('switcher.title')}
          </span>
          <ChevronsUpDown aria-hidden size={14} className={cn('shrink-0 text-text-3', icons)} />
        </button>
      }
    >
      <ClusterList current={id} onChosen={() => setOpen(false)} />
    </Popover>
  )
}

function ClusterList({ current, onChosen }: { current: string | null; onChosen: () => void }) {
  const t = useTranslations('shell')
  const clusters = useClusters()
  const path = usePathname()
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const step =
      event.key === 'ArrowDown' || event.key === 'j'
        ? 1
        : event.key === 'ArrowUp' || event.key === 'k'
          ? -1
          : 0
    if (step === 0) return
    const links = [...event.currentTarget.querySelectorAll('a')]
    const at = links.findIndex(link => link.isSameNode(document.activeElement))
    links[(at + step + links.length) % links.length]?.focus()
    event.preventDefault()
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys move between the links inside
    <div onKeyDown={onKeyDown}>
      <div className="flex h-8 items-center justify-between px-3 text-meta text-text-3">
        <span>{t('switcher.count', { count: clusters.length })}</span>
        <Link href={routes.clusters()} onClick={onChosen}>
          {t('switcher.all')}
        </Link>
      </div>
      <ul className="border-t border-line">
        {clusters.map(cluster => (
          <li key={cluster.id}>
            <Link
              href={switchCluster(path, cluster.id)}
              onClick={onChosen}
              aria-current={cluster.id === current ? 'true' : undefined}
              className={cn(
                'block border-b border-line-soft px-3 py-2 text-text no-underline ring-inset-focus hover:bg-hover hover:text-text',
                cluster.id === current && 'bg-selected',
              )}
            >
              <ClusterRow cluster={cluster} />
            </Link>
          </li>
        ))}
      </ul>
    </div>
  )
}

function ClusterRow({ cluster }: { cluster: ClusterSummary }) {
  const t = useTranslations('shell')
  const words = useErrorWords()
  return (
    <>
      <span className="flex items-center gap-2">
        <EnvChip environment={cluster.environment} />
        <span className="min-w-0 flex-1 truncate font-medium">{cluster.name}</span>
        {cluster.readOnly ? <Tag icon={<Lock />}>{t('readOnly')}</Tag> : null}
        <Status kind={cluster.status}>{t(`clusterStatus.${cluster.status}`)}</Status>
      </span>
      <span className="mt-0.5 flex items-center gap-2 text-meta text-text-3">
        {cluster.problem ? (
          <span className="min-w-0 flex-1 truncate text-error">
            {words(cluster.problem.code, cluster.problem.params).title}{' '}
            <span className="mono-sm">{cluster.problem.code}</span>
          </span>
        ) : (
          <span className="flex-1">
            {cluster.brokers
              ? t('switcher.brokers', { up: cluster.brokers.up, total: cluster.brokers.total })
              : t('switcher.notYet')}
          </span>
        )}
        {cluster.sampledAt ? <TimeAgo at={cluster.sampledAt} /> : null}
      </span>
    </>
  )
}
