'use client'

import { X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Dialog as Radix } from 'radix-ui'
import { type ReactNode, useRef, useState } from 'react'
import { middleTruncate } from '@/lib/format'
import { ActionButton, Button } from './button'
import { cn } from './cn'
import { CopyButton } from './copy-button'
import { IconButton } from './icon-button'
import { Field, Input } from './input'
import { nameInvisible, splitInvisible } from './split-invisible'
import { VisibleText } from './visible-text'

const SIZES = { sm: 'max-w-[420px]', md: 'max-w-[560px]', lg: 'max-w-[800px]' }

/** A modal: focus is trapped and goes back to where it came from; Esc closes. `footer` holds its buttons. */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  chip,
  size = 'md',
  footer,
  children,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: ReactNode
  description?: ReactNode
  /** Beside the title, e.g. the environment. */
  chip?: ReactNode
  size?: keyof typeof SIZES
  footer?: ReactNode
  children?: ReactNode
}) {
  const t = useTranslations('common')
  const content = useRef<HTMLDivElement>(null)
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fade fixed inset-0 z-50 bg-scrim" />
        <Radix.Content
          ref={content}
          tabIndex={-1}
          onOpenAutoFocus={event => {
            // Not the close button, whose tooltip would take the first Esc: the first field, else the dialog itself.
            event.preventDefault()
            const field = content.current?.querySelector<HTMLElement>('input, textarea, [data-autofocus]')
            ;(field ?? content.current)?.focus()
          }}
          {...(description ? {} : { 'aria-describedby': undefined })}
          className={cn(
            'pop fixed inset-x-4 top-[12vh] z-50 mx-auto flex max-h-[80vh] flex-col rounded-dialog border outline-none border-pop-line bg-raised shadow-pop',
            SIZES[size],
          )}
        >
          <header className="flex items-start gap-2 px-4 pt-3 pb-2">
            <Radix.Title className="min-w-0 text-section font-semibold wrap-anywhere">
              {visible(title)}
            </Radix.Title>
            {chip ? <span className="mt-0.5 shrink-0">{chip}</span> : null}
            <span className="flex-1" />
            <Radix.Close asChild>
              <IconButton label={t('close')} shortcut="Esc" icon={<X size={16} />} />
            </Radix.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-auto px-4 pb-4">
            {description ? (
              <Radix.Description className="text-text-2">{visible(description)}</Radix.Description>
            ) : null}
            {children}
          </div>
          {footer ? (
            <footer className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-4 py-3">
              {footer}
            </footer>
          ) : null}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** Sentences hold names of strangers: what is hidden in one must not turn the words around it. */
function visible(words: ReactNode): ReactNode {
  return typeof words === 'string' ? <VisibleText text={words} /> : words
}

/** Longest name that is named whole: that of a topic. */
const NAMED = 249
/** What nobody types: longer, or with characters that no keyboard has. */
const TYPED = 60

/** Where a name is typed to confirm: the hands do what the eyes may have skipped. */
export function TypeNameField({
  name,
  value,
  onValueChange,
  className,
}: {
  name: string
  value: string
  onValueChange: (value: string) => void
  className?: string
}) {
  const t = useTranslations('common')
  const untypable = name.length > TYPED || splitInvisible(name).some(part => part.mark)
  return (
    <Field
      {...(className ? { className } : {})}
      label={
        <span className="wrap-anywhere">{visible(t('typeName', { name: middleTruncate(name, NAMED) }))}</span>
      }
    >
      {({ invalid, ...ids }) => (
        <Input
          {...ids}
          mono
          invalid={invalid}
          value={value}
          onChange={event => onValueChange(event.currentTarget.value)}
          trailing={
            untypable ? (
              <CopyButton
                text={name}
                label={t('copyName', { name: nameInvisible(middleTruncate(name, 40)) })}
              />
            ) : null
          }
        />
      )}
    </Field>
  )
}

/**
 * Asks before something that matters. The button repeats the verb; `typeName` is asked only where nothing
 * brings it back; `refusal` says why it cannot be done now.
 */
export function ConfirmDialog({
  open,
  onOpenChange,
  title,
  body,
  chip,
  confirm,
  danger,
  busy,
  refusal,
  typeName,
  onConfirm,
  children,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: ReactNode
  body?: ReactNode
  chip?: ReactNode
  confirm: ReactNode
  danger?: boolean
  busy?: boolean
  refusal?: ReactNode
  typeName?: string
  onConfirm: () => void
  children?: ReactNode
}) {
  const t = useTranslations('common')
  const [typed, setTyped] = useState('')
  const ready = typeName === undefined || typed === typeName
  return (
    <Dialog
      open={open}
      onOpenChange={next => {
        setTyped('')
        onOpenChange(next)
      }}
      size="sm"
      title={title}
      chip={chip}
      description={body}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>{t('cancel')}</Button>
          <ActionButton
            variant={danger ? 'danger' : 'primary'}
            reason={refusal ?? (ready ? null : t('typeFirst'))}
            {...(busy ? { busy } : {})}
            onClick={onConfirm}
          >
            {confirm}
          </ActionButton>
        </>
      }
    >
      {children}
      {typeName === undefined ? null : (
        <TypeNameField className="mt-3" name={typeName} value={typed} onValueChange={setTyped} />
      )}
    </Dialog>
  )
}
