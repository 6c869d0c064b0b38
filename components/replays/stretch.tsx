'use client'

import { useTranslations } from 'next-intl'
import { Timestamp } from '@/components/ui/time'
import { parseInstant } from '@/lib/parse-time'

/** From where to where a selection reaches. */
export function Stretch({ from, until }: { from: string; until: string | null }) {
  const t = useTranslations('replays.new')
  return (
    <>
      {' · '}
      {from === 'oldest' ? t('beginning') : <Place text={from} />}
      {' → '}
      {until === null ? t('end') : <Place text={until} />}
    </>
  )
}

/** A time as the reader's clock has it, or an offset. */
function Place({ text }: { text: string }) {
  const at = parseInstant(text.replace(/^time:/, ''))
  return at === null ? <span className="mono-sm">{text}</span> : <Timestamp at={at} precision="s" withZone />
}
