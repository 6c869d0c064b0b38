'use client'

import { useTranslations } from 'next-intl'
import { MenuRadioGroup } from '@/components/ui/menu'
import { DEFAULT_ZONE } from '@/lib/i18n/config'
import { usePreferences } from './preferences'

/** In which zone times are told, as part of a menu. */
export function ZoneChoice() {
  const t = useTranslations('shell.zone')
  const { zone, setZone } = usePreferences()
  return (
    <MenuRadioGroup
      label={t('label')}
      value={zone}
      onValueChange={setZone}
      options={[
        { value: DEFAULT_ZONE, label: 'KST', hint: DEFAULT_ZONE },
        { value: 'UTC', label: 'UTC' },
        { value: 'browser', label: t('browser') },
      ]}
    />
  )
}
