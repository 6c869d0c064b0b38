import {
  ArchiveX,
  BookUser,
  ClipboardCheck,
  FileClock,
  FileJson2,
  Layers,
  LayoutDashboard,
  type LucideIcon,
  RotateCcw,
  Ruler,
  Send,
  Server,
  TriangleRight,
  UsersRound,
} from 'lucide-react'
import type { Action } from '@/lib/permissions'
import { routes, type Section } from '@/lib/routes'

export type NavItem = {
  section: Exclude<Section, 'clusters'>
  icon: LucideIcon
  /** Second key after `g`. */
  key: string
  href: (cluster: string) => string
  /** Listed only for those who may. */
  needs?: Action
}

export type NavGroup = { id: 'observe' | 'recover' | 'govern' | 'infrastructure'; items: readonly NavItem[] }

export const NAVIGATION: readonly NavGroup[] = [
  {
    id: 'observe',
    items: [
      { section: 'overview', icon: LayoutDashboard, key: 'o', href: routes.overview },
      { section: 'topics', icon: Layers, key: 't', href: routes.topics },
      { section: 'groups', icon: UsersRound, key: 'c', href: routes.groups },
    ],
  },
  {
    id: 'recover',
    items: [
      { section: 'dead-letters', icon: ArchiveX, key: 'd', href: routes.deadLetters },
      { section: 'replays', icon: RotateCcw, key: 'r', href: routes.replays },
    ],
  },
  {
    id: 'govern',
    items: [
      { section: 'requests', icon: ClipboardCheck, key: 'q', href: () => routes.requests() },
      { section: 'policy', icon: Ruler, key: 'p', href: routes.policy },
      { section: 'drift', icon: TriangleRight, key: 'f', href: routes.drift },
      { section: 'catalogue', icon: BookUser, key: 'l', href: routes.catalogue },
      { section: 'audit', icon: FileClock, key: 'a', href: () => routes.audit(), needs: 'audit.read' },
      { section: 'notices', icon: Send, key: 'm', href: () => routes.notices(), needs: 'outbox.read' },
    ],
  },
  {
    id: 'infrastructure',
    items: [
      { section: 'brokers', icon: Server, key: 'b', href: routes.brokers },
      { section: 'schemas', icon: FileJson2, key: 's', href: routes.schemas },
    ],
  },
]

export const NAV_ITEMS: readonly NavItem[] = NAVIGATION.flatMap(group => group.items)
