'use client'

import { Check, Copy } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { IconButton } from './icon-button'

/** Copies exact text. The icon confirms for two seconds; a screen reader hears it. */
export function CopyButton({
  text,
  label,
  size = 'xs',
  className,
}: {
  text: string | (() => string | Promise<string>)
  label?: string
  size?: 'xs' | 'sm'
  className?: string
}) {
  const t = useTranslations('common')
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 2000)
    return () => clearTimeout(timer)
  }, [copied])
  return (
    <>
      <IconButton
        size={size}
        label={copied ? t('copied') : (label ?? t('copy'))}
        icon={copied ? <Check size={14} className="text-ok-mark" /> : <Copy size={14} />}
        {...(className ? { className } : {})}
        onClick={event => {
          event.stopPropagation()
          void Promise.resolve(typeof text === 'function' ? text() : text)
            .then(copyText)
            .then(setCopied)
        }}
      />
      <span role="status" className="sr-only">
        {copied ? t('copied') : ''}
      </span>
    </>
  )
}

/** Puts text on the clipboard; false when the browser refuses (no permission, not a secure page). */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyThroughSelection(text)
  }
}

/** Plain http on a LAN address has no clipboard API; selecting and copying still works there. */
function copyThroughSelection(text: string): boolean {
  const area = document.createElement('textarea')
  area.value = text
  area.className = 'fixed -left-full'
  document.body.append(area)
  area.select()
  const done = document.execCommand('copy')
  area.remove()
  return done
}
