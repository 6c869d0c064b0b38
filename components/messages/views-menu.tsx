'use client'

import { Bookmark, Trash2, Users } from 'lucide-react'
import Link from 'next/link'
import { usePathname, useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { QueryError } from '@/components/api/query-error'
import { useApi, useApiMutation } from '@/components/api/use-api'
import { useErrorWords } from '@/components/api/use-error-words'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { IconButton } from '@/components/ui/icon-button'
import { Input } from '@/components/ui/input'
import { Popover } from '@/components/ui/popover'
import { SkeletonLines } from '@/components/ui/skeleton'
import { messages } from '@/lib/contracts/messages'
import { messagesParams } from './messages-query'

/** Parameters that are a place, not a view. */
const NOT_KEPT = new Set(['cursor', 'd', 'view'])

/** Views of this topic that were kept under a name: range, conditions and columns, opened as a link. */
export function ViewsMenu({ cluster, topic }: { cluster: string; topic: string }) {
  const t = useTranslations('search')
  const words = useErrorWords()
  const [open, setOpen] = useState(false)
  const [name, setName] = useState('')
  const [shared, setShared] = useState(false)
  const path = usePathname()
  const search = useSearchParams()
  const list = useApi(messages.views, { cluster, topic }, { enabled: open })
  const save = useApiMutation(messages.saveView)
  const remove = useApiMutation(messages.deleteView)
  const failed = save.error ?? remove.error
  const kept = () => {
    const query: Record<string, string[]> = {}
    for (const [key, value] of search.entries())
      if (key in messagesParams && !NOT_KEPT.has(key)) query[key] = [...(query[key] ?? []), value]
    return query
  }
  const href = (query: Record<string, readonly string[]>) => {
    const out = new URLSearchParams()
    // Only what the browser itself writes: a stored view is somebody else's data.
    for (const [key, values] of Object.entries(query))
      if (key in messagesParams) for (const value of values) out.append(key, value)
    return `${path}?${out}`
  }
  return (
    <Popover
      label={t('views')}
      align="end"
      className="w-80"
      open={open}
      onOpenChange={setOpen}
      trigger={<IconButton label={t('views')} icon={<Bookmark size={16} />} />}
    >
      <div className="flex flex-col gap-2 p-3">
        {list.error ? <QueryError compact error={list.error} onRetry={() => void list.refetch()} /> : null}
        {list.data?.items.length === 0 ? <p className="text-meta/5 text-text-3">{t('noViews')}</p> : null}
        {list.isLoading ? <SkeletonLines lines={1} className="py-2" /> : null}
        <ul aria-label={t('views')} className="flex max-h-60 flex-col overflow-auto">
          {list.data?.items.map(view => (
            <li key={view.id} className="flex h-7 items-center gap-2">
              <Link
                href={href(view.query)}
                className="min-w-0 flex-1 truncate"
                onClick={() => setOpen(false)}
              >
                {view.name}
              </Link>
              {view.shared ? (
                <span className="inline-flex items-center gap-1 text-meta text-text-3">
                  <Users aria-hidden size={12} /> {view.by}
                </span>
              ) : null}
              {view.mine ? (
                <IconButton
                  size="xs"
                  label={t('deleteView', { name: view.name })}
                  icon={<Trash2 size={12} />}
                  onClick={() =>
                    void remove
                      .mutateAsync({ cluster, topic, view: view.id })
                      .then(() => list.refetch())
                      .catch(() => undefined)
                  }
                />
              ) : null}
            </li>
          ))}
        </ul>
        <form
          className="flex flex-col gap-2 border-t border-line pt-2"
          onSubmit={event => {
            event.preventDefault()
            event.stopPropagation()
            if (name.trim() === '') return
            void save
              .mutateAsync({ cluster, topic, name: name.trim(), query: kept(), shared })
              .then(() => {
                setName('')
                return list.refetch()
              })
              .catch(() => undefined)
          }}
        >
          <Input
            size="sm"
            aria-label={t('viewName')}
            placeholder={t('viewName')}
            value={name}
            maxLength={100}
            onChange={event => setName(event.currentTarget.value)}
          />
          <Checkbox label={t('viewShared')} checked={shared} onCheckedChange={on => setShared(on === true)} />
          {failed ? <p className="text-meta text-error">{words(failed.code, failed.params).title}</p> : null}
          <Button type="submit" size="sm" className="self-end" busy={save.isPending}>
            {t('saveView')}
          </Button>
        </form>
      </div>
    </Popover>
  )
}
