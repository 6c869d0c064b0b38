'use client'

import { X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Toast as Radix } from 'radix-ui'
import { createContext, type ReactNode, useCallback, useContext, useState } from 'react'
import { IconButton } from './icon-button'

type Item = { id: number; text: ReactNode }
const Show = createContext<(text: ReactNode) => void>(() => {})

/** For "copied" and "saved" alone: it goes by itself, so that an error or a result in it would go unread. */
export function useToast(): (text: ReactNode) => void {
  return useContext(Show)
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const t = useTranslations('common')
  const [items, setItems] = useState<Item[]>([])
  const show = useCallback((text: ReactNode) => {
    setItems(old => [...old.slice(-2), { id: (old.at(-1)?.id ?? 0) + 1, text }])
  }, [])
  return (
    <Show.Provider value={show}>
      <Radix.Provider duration={3000} label={t('notifications')}>
        {children}
        {items.map(item => (
          <Radix.Root
            key={item.id}
            onOpenChange={open => {
              if (!open) setItems(old => old.filter(other => other.id !== item.id))
            }}
            className="pop flex items-center gap-2 rounded-panel border border-pop-line bg-raised py-1.5 pr-1.5 pl-3 shadow-pop"
          >
            <Radix.Description className="min-w-0 flex-1">{item.text}</Radix.Description>
            <Radix.Close asChild>
              <IconButton size="xs" label={t('close')} icon={<X size={14} />} />
            </Radix.Close>
          </Radix.Root>
        ))}
        <Radix.Viewport
          label={t('notifications')}
          className="fixed right-4 bottom-12 z-70 flex w-80 max-w-[calc(100vw-32px)] flex-col gap-2 outline-none"
        />
      </Radix.Provider>
    </Show.Provider>
  )
}
