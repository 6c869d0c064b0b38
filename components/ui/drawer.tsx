'use client'

import { X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Dialog as Radix } from 'radix-ui'
import { type PointerEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { cn } from './cn'
import { IconButton } from './icon-button'
import { useMediaQuery } from './use-media-query'

const MIN_WIDTH = 480
const MAX_WIDTH = 960
const WIDTH_KEY = 'milena-drawer-width'

/**
 * The panel at the right that shows one row. Wide screens: beside the list, which stays usable (put it after
 * the list in a flex row, see `SplitView`). Narrow ones: over it, with focus trapped. Esc closes, focus
 * returns; the edge drags, or arrow keys move it. `takeFocus={false}` leaves focus in the list (peek with
 * Space).
 */
export function Drawer({
  open,
  onClose,
  label,
  header,
  actions,
  footer,
  takeFocus = true,
  children,
}: {
  open: boolean
  onClose: () => void
  label: string
  /** Title line and facts. */
  header: ReactNode
  /** Icon buttons left of the close button. */
  actions?: ReactNode
  footer?: ReactNode
  takeFocus?: boolean
  children: ReactNode
}) {
  const t = useTranslations('common')
  const overlay = useMediaQuery('(max-width: 1199px)')
  const panel = useRef<HTMLDivElement>(null)
  const { width, setWidth, startDrag } = useDrawerWidth(panel)
  const content = (
    <Radix.Content
      ref={panel}
      aria-label={label}
      aria-describedby={undefined}
      onOpenAutoFocus={event => {
        event.preventDefault()
        if (takeFocus || overlay) panel.current?.focus({ preventScroll: true })
      }}
      onInteractOutside={event => {
        if (!overlay) event.preventDefault()
      }}
      onEscapeKeyDown={event => {
        event.stopPropagation()
      }}
      tabIndex={-1}
      className={cn(
        'slide-in flex min-h-0 flex-col bg-raised [--ground:var(--raised)] outline-none',
        overlay
          ? 'fixed inset-y-0 right-0 z-40 w-full max-w-[640px] border-l border-pop-line shadow-pop'
          : 'relative w-(--drawer-width,480px) shrink-0 border-l border-line dark:border-line-strong',
      )}
    >
      {overlay ? null : (
        <hr
          aria-orientation="vertical"
          aria-label={t('resize')}
          aria-valuenow={width}
          aria-valuemin={MIN_WIDTH}
          aria-valuemax={MAX_WIDTH}
          tabIndex={0}
          onPointerDown={startDrag}
          onKeyDown={event => {
            if (event.key === 'ArrowLeft') setWidth(width + 24)
            else if (event.key === 'ArrowRight') setWidth(width - 24)
            else return
            event.preventDefault()
          }}
          className="absolute inset-y-0 -left-1 z-10 h-full w-2 cursor-col-resize touch-none border-0 hover:bg-focus/20"
        />
      )}
      <header className="flex shrink-0 items-start gap-2 px-4 pt-2.5 pb-2">
        <div className="min-w-0 flex-1">{header}</div>
        <div className="flex shrink-0 items-center gap-0.5">
          {actions}
          <IconButton label={t('close')} shortcut="Esc" icon={<X size={16} />} onClick={onClose} />
        </div>
      </header>
      <div className="flex min-h-0 flex-1 flex-col overflow-auto">{children}</div>
      {footer ? (
        <footer className="flex shrink-0 flex-wrap items-center gap-2 border-t border-line px-4 py-3">
          {footer}
        </footer>
      ) : null}
    </Radix.Content>
  )
  return (
    <Radix.Root
      open={open}
      modal={overlay}
      onOpenChange={next => {
        if (!next) onClose()
      }}
    >
      <Radix.Title className="sr-only">{label}</Radix.Title>
      {overlay ? (
        <Radix.Portal>
          <Radix.Overlay className="fade fixed inset-0 z-40 bg-scrim" />
          {content}
        </Radix.Portal>
      ) : (
        content
      )}
    </Radix.Root>
  )
}

/** A part of a drawer under a hairline. */
export function DrawerSection({
  title,
  aside,
  className,
  children,
}: {
  title?: ReactNode
  aside?: ReactNode
  className?: string
  children: ReactNode
}) {
  return (
    <section className={cn('border-t border-line px-4 py-3', className)}>
      {title ? (
        <div className="mb-1.5 flex items-baseline justify-between gap-2">
          <h3 className="text-meta font-semibold">{title}</h3>
          {aside ? <span className="text-meta text-text-3">{aside}</span> : null}
        </div>
      ) : null}
      {children}
    </section>
  )
}

/** A list with room for a drawer beside it. */
export function SplitView({ children, drawer }: { children: ReactNode; drawer?: ReactNode }) {
  return (
    <div className="flex min-h-0 min-w-0 flex-1">
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">{children}</div>
      {drawer}
    </div>
  )
}

/** Width by CSSOM, not by an attribute: the page's CSP allows no inline styles in markup. */
function useDrawerWidth(panel: React.RefObject<HTMLDivElement | null>) {
  const [width, set] = useState(MIN_WIDTH)
  const setWidth = (next: number) => {
    const clamped = Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, Math.round(next)))
    set(clamped)
    panel.current?.style.setProperty('--drawer-width', `${clamped}px`)
    try {
      localStorage.setItem(WIDTH_KEY, String(clamped))
    } catch {
      // Storage may be refused; the width then lasts as long as the page.
    }
  }
  useEffect(() => {
    let stored: string | null = null
    try {
      stored = localStorage.getItem(WIDTH_KEY)
    } catch {
      return
    }
    const value = Number(stored)
    if (value >= MIN_WIDTH && value <= MAX_WIDTH) {
      set(value)
      panel.current?.style.setProperty('--drawer-width', `${value}px`)
    }
  })
  const startDrag = (event: PointerEvent<HTMLElement>) => {
    const handle = event.currentTarget
    handle.setPointerCapture(event.pointerId)
    const right = panel.current?.getBoundingClientRect().right ?? window.innerWidth
    const move = (e: globalThis.PointerEvent) => setWidth(right - e.clientX)
    const stop = () => {
      handle.removeEventListener('pointermove', move)
      handle.removeEventListener('pointerup', stop)
      handle.removeEventListener('pointercancel', stop)
    }
    handle.addEventListener('pointermove', move)
    handle.addEventListener('pointerup', stop)
    handle.addEventListener('pointercancel', stop)
  }
  return { width, setWidth, startDrag }
}
