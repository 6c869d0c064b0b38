'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useLocale, useTranslations } from 'next-intl'
import { useMe } from '@/components/api/me'
import { cn } from '@/components/ui/cn'
import { Tooltip } from '@/components/ui/tooltip'
import { formatInteger } from '@/lib/format'
import { isAllowed } from '@/lib/permissions'
import { GLOBAL_SECTIONS, parsePath } from '@/lib/routes'
import { ClusterSwitcher } from './cluster-switcher'
import { NAVIGATION, type NavItem } from './navigation'
import { useShell } from './shell-context'
import { wideWords } from './sidebar-width'
import { UserMenu } from './user-menu'

export type Counts = Partial<Record<NavItem['section'], number>>

export function Sidebar({
  counts,
  collapsed,
  phone = false,
  onNavigate,
}: {
  counts: Counts
  collapsed: boolean
  /** Inside the drawer of a phone. */
  phone?: boolean
  onNavigate?: () => void
}) {
  const t = useTranslations('shell')
  return (
    <div className="flex h-full min-h-0 flex-col bg-canvas pl-[3px]">
      <div className="flex h-11 shrink-0 items-center border-b border-line max-sm:h-12">
        <ClusterSwitcher collapsed={collapsed} phone={phone} />
      </div>
      <nav aria-label={t('navigation')} className="min-h-0 flex-1 overflow-y-auto px-2 py-1">
        <NavGroups counts={counts} collapsed={collapsed} phone={phone} onNavigate={onNavigate} />
      </nav>
      <UserMenu collapsed={collapsed} phone={phone} />
    </div>
  )
}

function NavGroups({
  counts,
  collapsed,
  phone,
  onNavigate,
}: {
  counts: Counts
  collapsed: boolean
  phone: boolean
  onNavigate: (() => void) | undefined
}) {
  const t = useTranslations('shell')
  const { cluster } = useShell()
  const { section } = parsePath(usePathname())
  const me = useMe()
  const words = wideWords(collapsed, phone)
  const sees = ({ needs }: NavItem) => needs === undefined || (me !== null && isAllowed(me.grants, needs, {}))
  return NAVIGATION.map(group => {
    const items = group.items.filter(sees)
    if (items.length === 0) return null
    return (
      <div key={group.id} className="pt-3 first:pt-2">
        <h2 className={cn('px-2 pb-1 text-cap font-medium text-text-3', words)}>{t(`groups.${group.id}`)}</h2>
        <ul>
          {items.map(item => (
            <li key={item.section}>
              <NavLink
                item={item}
                href={
                  cluster === null && !GLOBAL_SECTIONS.has(item.section)
                    ? '/clusters'
                    : item.href(cluster ?? '')
                }
                current={item.section === section}
                count={counts[item.section] ?? 0}
                words={words}
                onNavigate={onNavigate}
              />
            </li>
          ))}
        </ul>
      </div>
    )
  })
}

const COUNT_WORDS: Partial<
  Record<NavItem['section'], 'counts.replays' | 'counts.requests' | 'counts.notices'>
> = {
  replays: 'counts.replays',
  requests: 'counts.requests',
  notices: 'counts.notices',
}

function NavLink({
  item,
  href,
  current,
  count,
  words,
  onNavigate,
}: {
  item: NavItem
  href: string
  current: boolean
  count: number
  words: string
  onNavigate: (() => void) | undefined
}) {
  const t = useTranslations('shell')
  const locale = useLocale()
  const Icon = item.icon
  const label = t(`sections.${item.section}`)
  const countWord = t(COUNT_WORDS[item.section] ?? 'counts.deadLetters')
  const link = (
    <Link
      href={href}
      aria-current={current ? 'page' : undefined}
      onClick={onNavigate}
      className={cn(
        'flex h-7 items-center gap-2 rounded-control px-2 font-medium no-underline ring-inset-focus max-sm:h-9',
        current ? 'bg-selected text-accent' : 'text-text-2 hover:bg-hover hover:text-text',
      )}
    >
      <Icon aria-hidden size={16} strokeWidth={1.75} className={cn('shrink-0', !current && 'text-text-3')} />
      <span className={cn('min-w-0 truncate', words)}>{label}</span>
      {count > 0 ? (
        <span className={cn('ml-auto text-meta font-medium', words)}>
          {formatInteger(count, locale)}
          <span className="sr-only"> {countWord}</span>
        </span>
      ) : null}
    </Link>
  )
  return (
    <Tooltip content={label} shortcut={`g ${item.key}`} side="right">
      {link}
    </Tooltip>
  )
}
