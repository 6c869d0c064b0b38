'use client'

import { Braces, Terminal } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { MenuItem } from '@/components/ui/menu'

/** What else of a record can be copied, as items of its menu. */
export function CopyItems({ json, curl }: { json: () => void; curl: () => void }) {
  const t = useTranslations('messages.record')
  return (
    <>
      <MenuItem icon={<Braces />} onSelect={json}>
        {t('copyJson')}
      </MenuItem>
      <MenuItem icon={<Terminal />} onSelect={curl}>
        {t('copyCurl')}
      </MenuItem>
    </>
  )
}
