'use client'

import { Command } from 'cmdk'
import { Layers, Search, UsersRound } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { Dialog as Radix } from 'radix-ui'
import { type ReactNode, useEffect, useState } from 'react'
import { useApi } from '@/components/api/use-api'
import { Kbd } from '@/components/ui/kbd'
import { MonoId } from '@/components/ui/mono-id'
import { nameInvisible } from '@/components/ui/split-invisible'
import { usePhone } from '@/components/ui/use-phone'
import { VisibleText } from '@/components/ui/visible-text'
import { groups } from '@/lib/contracts/groups'
import { topics } from '@/lib/contracts/topics'
import { routes } from '@/lib/routes'
import { matchScore, parseOwnLink, parseRecordAddress } from './palette-match'
import { useShell } from './shell-context'
import { type PaletteCommand, usePaletteCommands } from './use-palette-commands'

const ROW =
  'flex h-8 cursor-pointer items-center gap-2 rounded-control px-2 data-[selected=true]:bg-selected aria-disabled:cursor-not-allowed aria-disabled:text-disabled [&>svg]:shrink-0 [&>svg]:text-text-3'
const GROUP =
  '[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-cap [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-text-3'

/** ⌘K: go anywhere, find topics and groups (searched by the server), do what this page can. */
export function Palette({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useTranslations('shell')
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-50 bg-scrim" />
        <Radix.Content
          aria-describedby={undefined}
          className="pop fixed inset-x-4 top-[12vh] z-50 mx-auto max-w-[640px] overflow-hidden rounded-dialog border border-pop-line bg-raised shadow-pop"
        >
          <Radix.Title className="sr-only">{t('palette.open')}</Radix.Title>
          <PaletteBody onClose={() => onOpenChange(false)} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

function useDebounced(text: string, delayMs: number): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), delayMs)
    return () => clearTimeout(timer)
  }, [text, delayMs])
  return settled
}

function PaletteBody({ onClose }: { onClose: () => void }) {
  const t = useTranslations('shell')
  const router = useRouter()
  const { cluster } = useShell()
  const [query, setQuery] = useState('')
  const commands = usePaletteCommands()
  // The whole hint would be cut there.
  const phone = usePhone()
  const go = (href: string) => {
    onClose()
    router.push(href)
  }
  const found = commands
    .map(command => ({ command, score: matchScore(query, command.words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ command }) => command)
  const record = cluster === null ? null : parseRecordAddress(query)
  const link = typeof window === 'undefined' ? null : parseOwnLink(query, window.location.origin)
  const run = (command: PaletteCommand) => {
    onClose()
    if (command.href) router.push(command.href)
    else command.run?.()
  }
  return (
    <Command shouldFilter={false} loop label={t('palette.open')}>
      <div className="flex h-11 items-center gap-2 border-b border-line px-3">
        <Search aria-hidden size={16} className="shrink-0 text-text-3" />
        <Command.Input
          autoFocus
          value={query}
          onValueChange={setQuery}
          placeholder={t(phone ? 'palette.placeholder' : 'palette.hint')}
          className="h-full min-w-0 flex-1 bg-transparent text-form text-ellipsis outline-none"
        />
        <Kbd>Esc</Kbd>
      </div>
      <Command.List className="max-h-[min(60vh,440px)] overflow-auto p-1">
        <Command.Empty className="px-3 py-8 text-center text-text-3">{t('palette.nothing')}</Command.Empty>
        {record && cluster !== null ? (
          <Command.Group heading={t('palette.record')} className={GROUP}>
            <Row
              value="record"
              onSelect={() => go(routes.record(cluster, record.topic, record.partition, record.offset))}
            >
              <bdi translate="no" className="mono truncate">
                {record.topic} / P{record.partition} / {record.offset}
              </bdi>
            </Row>
          </Command.Group>
        ) : null}
        {link ? (
          <Command.Group heading={t('palette.link')} className={GROUP}>
            <Row value="link" onSelect={() => go(link)}>
              <span className="mono truncate">{link}</span>
            </Row>
          </Command.Group>
        ) : null}
        <CommandGroup heading={t('palette.goTo')} commands={found.filter(c => c.kind === 'go')} run={run} />
        {cluster === null ? null : <Resources cluster={cluster} query={query} go={go} />}
        <CommandGroup
          heading={t('palette.clusters')}
          commands={found.filter(c => c.kind === 'cluster')}
          run={run}
        />
        <CommandGroup
          heading={t('palette.actions')}
          commands={found.filter(c => c.kind === 'action')}
          run={run}
        />
      </Command.List>
    </Command>
  )
}

function Row({
  value,
  name,
  onSelect,
  children,
}: {
  value: string
  /** What it is called, where its words are cut to fit. */
  name?: string
  onSelect: () => void
  children: ReactNode
}) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className={ROW}
      {...(name === undefined ? {} : { 'aria-label': nameInvisible(name) })}
    >
      {children}
    </Command.Item>
  )
}

function CommandGroup({
  heading,
  commands,
  run,
}: {
  heading: string
  commands: readonly PaletteCommand[]
  run: (command: PaletteCommand) => void
}) {
  if (commands.length === 0) return null
  return (
    <Command.Group heading={heading} className={GROUP}>
      {commands.map(command => (
        <Command.Item
          key={command.id}
          value={command.id}
          disabled={command.reason !== undefined}
          onSelect={() => run(command)}
          className={ROW}
        >
          {command.icon}
          <span className="min-w-0 flex-1 truncate">
            <VisibleText text={command.label} />
            {command.reason ? <span className="ml-2 text-meta text-text-3">{command.reason}</span> : null}
          </span>
          {command.keys ? <Kbd>{command.keys}</Kbd> : null}
        </Command.Item>
      ))}
    </Command.Group>
  )
}

/** Topics and groups by the server's search: names are too many to be here. */
function Resources({ cluster, query, go }: { cluster: string; query: string; go: (href: string) => void }) {
  const t = useTranslations('shell')
  const wanted = useDebounced(query.trim().slice(0, 200), 150)
  const enabled = wanted.length > 0 && !wanted.includes('/')
  const topicPage = useApi(
    topics.list,
    { cluster, query: wanted, internal: true, limit: 8 },
    { enabled, staleMs: 10_000 },
  )
  const groupPage = useApi(groups.list, { cluster, query: wanted, limit: 8 }, { enabled, staleMs: 10_000 })
  if (!enabled) return null
  const foundTopics = topicPage.data?.items ?? []
  const foundGroups = groupPage.data?.items ?? []
  const moreTopics = (topicPage.data?.matched ?? 0) - foundTopics.length
  const moreGroups = (groupPage.data?.matched ?? 0) - foundGroups.length
  return (
    <>
      {foundTopics.length > 0 ? (
        <Command.Group heading={t('sections.topics')} className={GROUP}>
          {foundTopics.map(topic => (
            <Row
              key={topic.name}
              value={`topic ${topic.name}`}
              name={topic.name}
              onSelect={() => go(routes.topic(cluster, topic.name))}
            >
              <Layers aria-hidden size={16} />
              <MonoId id={topic.name} />
            </Row>
          ))}
          {moreTopics > 0 ? (
            <Row value="topics all" onSelect={() => go(routes.topics(cluster, { q: wanted }))}>
              {t('palette.all', { n: moreTopics + foundTopics.length })}
            </Row>
          ) : null}
        </Command.Group>
      ) : null}
      {foundGroups.length > 0 ? (
        <Command.Group heading={t('sections.groups')} className={GROUP}>
          {foundGroups.map(group => (
            <Row
              key={group.group}
              value={`group ${group.group}`}
              name={group.group}
              onSelect={() => go(routes.group(cluster, group.group))}
            >
              <UsersRound aria-hidden size={16} />
              <MonoId id={group.group} />
            </Row>
          ))}
          {moreGroups > 0 ? (
            <Row value="groups all" onSelect={() => go(routes.groups(cluster, { q: wanted }))}>
              {t('palette.all', { n: moreGroups + foundGroups.length })}
            </Row>
          ) : null}
        </Command.Group>
      ) : null}
    </>
  )
}
