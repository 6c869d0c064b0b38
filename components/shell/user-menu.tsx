'use client'

import { CircleHelp, LogOut, Settings } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useMe } from '@/components/api/me'
import { cn } from '@/components/ui/cn'
import { Menu, MenuItem, MenuRadioGroup, MenuSeparator } from '@/components/ui/menu'
import { usePreferences } from './preferences'
import { useShell } from './shell-context'
import { wideOnly, wideWords } from './sidebar-width'
import { ZoneChoice } from './zone-choice'

/** Who is signed in, their own settings, and the way out. */
export function UserMenu({ collapsed, phone }: { collapsed: boolean; phone: boolean }) {
  const t = useTranslations('shell')
  const me = useMe()
  const { openHelp, signOut } = useShell()
  const { theme, setTheme, locale, setLocale } = usePreferences()
  const name = me?.name ?? ''
  const words = wideWords(collapsed, phone)
  return (
    <div className="h-11 shrink-0 border-t border-line">
      <Menu
        align="start"
        label={t('user.menu')}
        trigger={
          <button
            type="button"
            className="flex size-full items-center gap-2 px-3 text-left text-text-2 ring-inset-focus hover:bg-hover"
          >
            <span
              aria-hidden
              className="flex size-5 shrink-0 items-center justify-center rounded-full bg-unknown-bg text-cap font-semibold"
            >
              {[...name][0]?.toUpperCase() ?? '?'}
            </span>
            <span className={cn('min-w-0 flex-1 truncate', words)}>{name}</span>
            <span className="sr-only">{t('user.menu')}</span>
            <Settings
              aria-hidden
              size={16}
              strokeWidth={1.75}
              className={cn('shrink-0 text-text-3', wideOnly(collapsed, phone))}
            />
          </button>
        }
      >
        <div className="px-2 pt-1 pb-0.5">
          <div className="font-medium">{name}</div>
          <div className="max-w-64 text-meta text-text-3">
            {[...new Set(me?.grants.map(grant => grant.role))].join(', ')}
          </div>
        </div>
        <MenuSeparator />
        <MenuRadioGroup
          label={t('language.label')}
          value={locale}
          onValueChange={setLocale}
          options={[
            { value: 'ko', label: '한국어' },
            { value: 'en', label: 'English' },
          ]}
        />
        <MenuRadioGroup
          label={t('theme.label')}
          value={theme}
          onValueChange={setTheme}
          options={[
            { value: 'system', label: t('theme.system') },
            { value: 'light', label: t('theme.light') },
            { value: 'dark', label: t('theme.dark') },
          ]}
        />
        {phone ? <ZoneChoice /> : null}
        <MenuSeparator />
        <MenuItem icon={<CircleHelp />} shortcut="?" onSelect={openHelp}>
          {t('help.title')}
        </MenuItem>
        <MenuItem icon={<LogOut />} onSelect={signOut}>
          {t('user.signOut')}
        </MenuItem>
      </Menu>
    </div>
  )
}
