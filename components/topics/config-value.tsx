'use client'

import { Lock } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { Tooltip } from '@/components/ui/tooltip'
import { Unknown } from '@/components/ui/value'
import { configMeaning } from '@/lib/config-meaning'
import type { ConfigEntry } from '@/lib/contracts/topics'

/** The raw value, and beside it what it means; sensitive, empty and absent values say so. */
export function ConfigValue({ config, value }: { config: ConfigEntry; value: string | null }) {
  const t = useTranslations('topics.config')
  const locale = useLocale()
  if (config.sensitive)
    return (
      <Tooltip content={t('sensitive')}>
        <span className="inline-flex items-center gap-1 text-text-3">
          •••• <Lock aria-label={t('sensitive')} size={12} />
        </span>
      </Tooltip>
    )
  if (value === null) return <Unknown reason={t('noValue')} />
  const meaning = configMeaning(config.name, value, locale)
  return (
    <span className="inline-flex max-w-full items-baseline gap-2">
      <span className="mono min-w-0 truncate" title={value.length > 12 ? value : undefined}>
        {value === '' ? '""' : value}
      </span>
      {meaning ? <span className="shrink-0 text-text-3">{meaning}</span> : null}
    </span>
  )
}

/** Kafka's documentation carries a little HTML: tags go, the entities that it uses are resolved. It stays text. */
export function plainText(documentation: string | null): string {
  return (documentation ?? '')
    .replace(/<[^<>]{0,200}>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
}
