'use client'

import { ExternalLink } from 'lucide-react'
import { useTranslations } from 'next-intl'

/** Links to other tools, made on the server of the configuration's templates. */
export function OutLinks({ links }: { links: readonly { name: string; url: string }[] }) {
  const t = useTranslations('common')
  return (
    <p className="flex flex-wrap gap-x-3 text-meta">
      <span className="text-text-3">{t('openIn')}</span>
      {links.map(({ name, url }) => (
        <a
          key={`${name} ${url}`}
          href={url}
          target="_blank"
          rel="noopener noreferrer"
          className="inline-flex items-center gap-1 text-accent"
        >
          {name}
          <ExternalLink size={12} aria-label={t('opensTab')} />
        </a>
      ))}
    </p>
  )
}
