'use client'

import dynamic from 'next/dynamic'
import { usePathname, useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { Dialog as Radix } from 'radix-ui'
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useClusterSummary, useClusters } from '@/components/api/clusters'
import { LiveProvider, useLive } from '@/components/api/live'
import { cn } from '@/components/ui/cn'
import { copyText } from '@/components/ui/copy-button'
import { type Hotkeys, useHotkeys } from '@/components/ui/hotkeys'
import { useToast } from '@/components/ui/toast'
import { parsePath, routes } from '@/lib/routes'
import { NAV_ITEMS } from './navigation'
import { SessionDialog } from './session-dialog'
import { ShellContext } from './shell-context'
import { Sidebar } from './sidebar'
import { TopBar } from './top-bar'
import { useShellCounts } from './use-shell-counts'
import { WorkBar } from './work-bar'

// Both are opened by intent: fetched when the browser is idle, not with the page.
const Palette = dynamic(() => import('./palette').then(module => module.Palette), { ssr: false })
const HelpDialog = dynamic(() => import('./help-dialog').then(module => module.HelpDialog), { ssr: false })

const SIDEBAR_COOKIE = 'milena-sidebar'
const CLUSTER_COOKIE = 'milena-cluster'

function remember(name: string, value: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is absent from Firefox and from plain http
  document.cookie = `${name}=${encodeURIComponent(value)}; Path=/; Max-Age=31536000; SameSite=Lax`
}

/** The frame of every page of the console. `lastCluster`: for pages outside of a cluster. */
export function Shell({
  collapsedAtFirst,
  lastCluster,
  children,
}: {
  collapsedAtFirst: boolean
  lastCluster: string | null
  children: ReactNode
}) {
  const { cluster: named } = parsePath(usePathname())
  const clusters = useClusters()
  const isKnown = (id: string | null) => clusters.some(cluster => cluster.id === id)
  const inPath = clusters.length === 0 || isKnown(named) ? named : null
  const cluster = inPath ?? (isKnown(lastCluster) ? lastCluster : (clusters[0]?.id ?? null))
  useEffect(() => {
    if (inPath !== null) remember(CLUSTER_COOKIE, inPath)
  }, [inPath])
  return (
    <LiveProvider cluster={cluster}>
      <Frame cluster={cluster} collapsedAtFirst={collapsedAtFirst}>
        {children}
      </Frame>
    </LiveProvider>
  )
}

const BANDS = {
  prod: 'bg-text',
  stg: 'border-x border-line-strong',
  dev: 'border-l-[3px] border-dashed border-line-strong',
}

function Frame({
  cluster,
  collapsedAtFirst,
  children,
}: {
  cluster: string | null
  collapsedAtFirst: boolean
  children: ReactNode
}) {
  const t = useTranslations('shell')
  const common = useTranslations('common')
  const path = usePathname()
  const [collapsed, setCollapsed] = useState(collapsedAtFirst)
  const [palette, setPalette] = useState(false)
  const [help, setHelp] = useState(false)
  const [drawer, setDrawer] = useState(false)
  const { deadLetters, running, requests, notices } = useShellCounts(cluster)
  const environment = useClusterSummary(cluster)?.environment
  const counts = { 'dead-letters': deadLetters, replays: running.length, requests, notices }

  const toggleSidebar = useCallback(() => {
    setCollapsed(old => {
      remember(SIDEBAR_COOKIE, old ? 'wide' : 'narrow')
      return !old
    })
  }, [])
  const actions = useMemo(
    () => ({
      cluster,
      openPalette: () => setPalette(true),
      openHelp: () => setHelp(true),
      toggleSidebar,
      signOut: () =>
        void import('next-auth/react').then(({ signOut }) => signOut({ callbackUrl: routes.signIn() })),
    }),
    [cluster, toggleSidebar],
  )
  useShellKeys(cluster, actions)
  useFocusOnNavigation(path)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page closes the phone's navigation
  useEffect(() => setDrawer(false), [path])

  return (
    <ShellContext.Provider value={actions}>
      <a
        href="#content"
        className="fixed top-1 left-1 z-70 -translate-y-16 rounded-control bg-accent px-3 py-1.5 text-on-accent focus:translate-y-0"
      >
        {common('skipToContent')}
      </a>
      <div
        className={cn(
          'relative grid h-dvh grid-cols-1 max-side:sm:grid-cols-[51px_minmax(0,1fr)]',
          collapsed ? 'sm:grid-cols-[51px_minmax(0,1fr)]' : 'side:grid-cols-[208px_minmax(0,1fr)]',
        )}
      >
        {environment ? (
          <span aria-hidden className={cn('absolute inset-y-0 left-0 z-30 w-[3px]', BANDS[environment])} />
        ) : null}
        <div className="min-h-0 border-r border-line max-sm:hidden">
          <Sidebar counts={counts} collapsed={collapsed} />
        </div>
        <div className="grid min-h-0 min-w-0 grid-rows-[44px_minmax(0,1fr)_auto] bg-surface max-sm:grid-rows-[48px_minmax(0,1fr)_auto] max-sm:pl-[3px]">
          <TopBar onOpenNavigation={() => setDrawer(true)} />
          <main
            id="content"
            tabIndex={-1}
            className="relative flex min-h-0 min-w-0 flex-col overflow-hidden outline-none"
          >
            {children}
          </main>
          <WorkBar running={running} />
        </div>
      </div>
      <Radix.Root open={drawer} onOpenChange={setDrawer}>
        <Radix.Portal>
          <Radix.Overlay className="fade fixed inset-0 z-40 bg-scrim" />
          <Radix.Content
            aria-describedby={undefined}
            className="fade fixed inset-y-0 left-0 z-40 w-72 max-w-[85vw] border-r border-pop-line bg-canvas shadow-pop"
          >
            <Radix.Title className="sr-only">{t('navigation')}</Radix.Title>
            <Sidebar counts={counts} collapsed={false} phone onNavigate={() => setDrawer(false)} />
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
      {palette ? <Palette open onOpenChange={setPalette} /> : null}
      {help ? <HelpDialog open onOpenChange={setHelp} /> : null}
      <SessionDialog />
    </ShellContext.Provider>
  )
}

function useShellKeys(
  cluster: string | null,
  actions: { openPalette: () => void; openHelp: () => void; toggleSidebar: () => void },
): void {
  const t = useTranslations('common')
  const router = useRouter()
  const toast = useToast()
  const { paused, setPaused } = useLive()
  const keys: Hotkeys = {
    'mod+k': actions.openPalette,
    'shift+/': actions.openHelp,
    '[': actions.toggleSidebar,
    '.': () => setPaused(!paused),
    'y l': () => void copyText(window.location.href).then(done => done && toast(t('copied'))),
  }
  for (const item of NAV_ITEMS) {
    keys[`g ${item.key}`] = () => {
      if (cluster === null && item.section !== 'audit') return false
      router.push(item.href(cluster ?? ''))
    }
  }
  useHotkeys(keys)
}

/** After a route change focus goes to the page's title, so that a screen reader says where it is. */
function useFocusOnNavigation(path: string): void {
  const first = useRef(true)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path is what triggers it
  useEffect(() => {
    if (first.current) {
      first.current = false
      return
    }
    document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true })
  }, [path])
}
