'use client'

import { useTranslations } from 'next-intl'
import { type ComponentProps, type KeyboardEvent, useId, useRef, useState } from 'react'
import { useApi } from '@/components/api/use-api'
import { Textarea } from '@/components/ui/input'
import { type Suggested, Suggestions } from '@/components/ui/suggestions'
import { requests } from '@/lib/contracts/requests'
import { mentionAt } from '@/lib/mentions'

/**
 * A text in which `@` offers the people who may see the request: arrows choose, Enter or Tab takes, Esc
 * leaves it as typed.
 */
export function CallingTextarea({
  request: { cluster, id },
  value,
  onValueChange,
  ...rest
}: Omit<ComponentProps<typeof Textarea>, 'value' | 'onChange' | 'ref'> & {
  request: { cluster: string; id: string }
  value: string
  onValueChange: (value: string) => void
}) {
  const t = useTranslations('requests')
  const field = useRef<HTMLTextAreaElement>(null)
  const list = useId()
  /** Where one types; null: elsewhere, or the list was sent away. */
  const [caret, setCaret] = useState<number | null>(null)
  const [chosen, setChosen] = useState(0)
  const typed = caret === null ? null : mentionAt(value, caret)
  const { data } = useApi(
    requests.people,
    { cluster, id, query: typed?.query ?? '' },
    { enabled: typed !== null, staleMs: 30_000 },
  )
  const options: Suggested[] =
    typed === null
      ? []
      : (data?.items ?? []).map(({ username, name }) => ({
          value: username,
          label: `@${username}`,
          hint: name === username ? undefined : name,
        }))
  const at = Math.min(chosen, options.length - 1)
  const close = () => setCaret(null)
  const take = ({ value: username }: Suggested) => {
    if (typed === null) return
    const head = `${value.slice(0, typed.at)}@${username} `
    onValueChange(head + value.slice(typed.at + 1 + typed.query.length).replace(/^ /, ''))
    close()
    requestAnimationFrame(() => {
      field.current?.focus()
      field.current?.setSelectionRange(head.length, head.length)
    })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const option = options[at]
    if (event.nativeEvent.isComposing || option === undefined) return
    if (event.key === 'ArrowDown') setChosen((at + 1) % options.length)
    else if (event.key === 'ArrowUp') setChosen((at - 1 + options.length) % options.length)
    else if (event.key === 'Enter' || (event.key === 'Tab' && !event.shiftKey)) take(option)
    else return
    event.preventDefault()
  }
  return (
    <Suggestions id={list} label={t('people')} options={options} chosen={at} onPick={take} onClose={close}>
      <Textarea
        {...rest}
        ref={field}
        value={value}
        aria-autocomplete="list"
        aria-controls={options.length > 0 ? list : undefined}
        aria-activedescendant={options.length > 0 ? `${list}-${at}` : undefined}
        onBlur={close}
        onKeyDown={onKeyDown}
        onChange={event => {
          onValueChange(event.currentTarget.value)
          setCaret(event.currentTarget.selectionStart)
          setChosen(0)
        }}
      />
    </Suggestions>
  )
}
