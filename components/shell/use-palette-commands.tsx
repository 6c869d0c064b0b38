'use client'

import { CircleHelp, Clock, Languages, LogOut, PanelLeft, Pause, Plus, Server, SunMoon } from 'lucide-react'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { useClusters } from '@/components/api/clusters'
import { useLive } from '@/components/api/live'
import { useMe, usePermission } from '@/components/api/me'
import { DEFAULT_ZONE } from '@/lib/i18n/config'
import { isAllowed } from '@/lib/permissions'
import { GLOBAL_SECTIONS, routes, switchCluster } from '@/lib/routes'
import { NAV_ITEMS, type NavItem } from './navigation'
import { usePreferences } from './preferences'
import { useShell } from './shell-context'

export type PaletteCommand = {
  id: string
  kind: 'go' | 'cluster' | 'action'
  label: string
  /** Everything it may be found by, in both languages. */
  words: readonly string[]
  icon: ReactNode
  keys?: string
  href?: string
  run?: () => void
  /** Denied: listed, off, with the reason. */
  reason?: string
}

/**
 * Words of both languages, whatever the reader's own: people type what they know. Names that other
 * consoles have for it are included.
 */
const SECTION_WORDS: Record<NavItem['section'], readonly string[]> = {
  overview: ['개요', 'overview', 'dashboard', '대시보드'],
  topics: ['토픽', 'topics'],
  groups: ['컨슈머 그룹', 'consumer groups', 'lag', '랙', '렉'],
  'dead-letters': ['데드레터', 'dead letters', 'dlt', 'dlq', '디엘큐'],
  replays: ['재처리', 'replays', '리플레이', 'reprocess'],
  brokers: ['브로커', 'brokers', 'nodes', '노드'],
  policy: ['토픽 정책', '네이밍 규칙', 'policy', 'naming convention'],
  drift: ['드리프트', '위반', 'drift', 'violations', 'unused'],
  catalogue: [
    '카탈로그',
    '도메인',
    '서비스',
    '담당 팀',
    'catalogue',
    'catalog',
    'domains',
    'services',
    'owners',
    'teams',
  ],
  schemas: ['스키마', 'schemas', 'schema registry', '레지스트리', 'avro', 'protobuf'],
  requests: ['요청', '토픽 요청', '승인', 'requests', 'approvals', 'queue'],
  notices: ['알림 메시지', '알림 발송', 'notifications', 'outbox', 'slack', 'jira'],
  audit: ['감사 로그', 'audit log', 'history'],
}

export function usePaletteCommands(): PaletteCommand[] {
  const t = useTranslations('shell')
  const path = usePathname()
  const { cluster, openHelp, toggleSidebar, signOut } = useShell()
  const clusters = useClusters()
  const me = useMe()
  const { paused, setPaused } = useLive()
  const { locale, setLocale, zone, setZone, setTheme } = usePreferences()
  // Who may do it with some names is led to the page where the name decides.
  const about = cluster === null ? {} : ({ cluster, anyTopic: true } as const)
  const create = usePermission('topic.create', about)
  const asks = usePermission('request.file', about).allowed && !create.allowed

  const go = NAV_ITEMS.flatMap((item): PaletteCommand[] => {
    if (item.needs && !(me && isAllowed(me.grants, item.needs, {}))) return []
    if (cluster === null && !GLOBAL_SECTIONS.has(item.section)) return []
    const Icon = item.icon
    return [
      {
        id: `go ${item.section}`,
        kind: 'go',
        label: t(`sections.${item.section}`),
        words: SECTION_WORDS[item.section],
        icon: <Icon aria-hidden size={16} />,
        keys: `g ${item.key}`,
        href: item.href(cluster ?? ''),
      },
    ]
  })
  const others = clusters
    .filter(other => other.id !== cluster)
    .map(
      (other): PaletteCommand => ({
        id: `cluster ${other.id}`,
        kind: 'cluster',
        label: t('palette.switchTo', { name: other.name }),
        words: [other.name, other.id, '클러스터', 'cluster'],
        icon: <Server aria-hidden size={16} />,
        href: switchCluster(path, other.id),
      }),
    )
  const actions: PaletteCommand[] = [
    ...(cluster === null || create.readOnly
      ? []
      : [
          {
            id: 'create topic',
            kind: 'action' as const,
            label: t(asks ? 'palette.requestTopic' : 'palette.createTopic'),
            words: ['토픽 생성', '토픽 만들기', 'create topic', 'new topic'],
            icon: <Plus aria-hidden size={16} />,
            href: routes.newTopic(cluster),
            ...(create.reason && !asks ? { reason: create.reason } : {}),
          },
        ]),
    {
      id: 'pause',
      kind: 'action',
      label: paused ? t('live.resume') : t('live.pause'),
      words: ['일시 정지', '갱신 재개', 'pause', 'resume', 'live'],
      icon: <Pause aria-hidden size={16} />,
      keys: '.',
      run: () => setPaused(!paused),
    },
    {
      id: 'theme',
      kind: 'action',
      label: t('theme.toggle'),
      words: ['테마', '다크 모드', '라이트 모드', 'theme', 'dark mode', 'light mode'],
      icon: <SunMoon aria-hidden size={16} />,
      run: () => setTheme(document.documentElement.classList.contains('dark') ? 'light' : 'dark'),
    },
    {
      id: 'language',
      kind: 'action',
      label: t('language.switch'),
      words: ['언어', '한국어', '영어', 'language', 'english', 'korean'],
      icon: <Languages aria-hidden size={16} />,
      run: () => setLocale(locale === 'ko' ? 'en' : 'ko'),
    },
    {
      id: 'zone',
      kind: 'action',
      label: zone === 'UTC' ? t('zone.useKst') : t('zone.useUtc'),
      words: ['시간대', 'time zone', 'utc', 'kst'],
      icon: <Clock aria-hidden size={16} />,
      run: () => setZone(zone === 'UTC' ? DEFAULT_ZONE : 'UTC'),
    },
    {
      id: 'sidebar',
      kind: 'action',
      label: t('help.keys.sidebar'),
      words: ['사이드바', 'sidebar'],
      icon: <PanelLeft aria-hidden size={16} />,
      keys: '[',
      run: toggleSidebar,
    },
    {
      id: 'help',
      kind: 'action',
      label: t('help.title'),
      words: ['단축키', '도움말', 'shortcuts', 'keyboard', 'help'],
      icon: <CircleHelp aria-hidden size={16} />,
      keys: '?',
      run: openHelp,
    },
    {
      id: 'sign out',
      kind: 'action',
      label: t('user.signOut'),
      words: ['로그아웃', 'sign out', 'log out'],
      icon: <LogOut aria-hidden size={16} />,
      run: signOut,
    },
  ]
  return [...go, ...others, ...actions]
}
