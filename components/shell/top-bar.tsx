'use client'

import { CircleHelp, Menu as MenuIcon, Moon, Pause, Play, Search, Sun } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useLive } from '@/components/api/live'
import { IconButton } from '@/components/ui/icon-button'
import { Kbd } from '@/components/ui/kbd'
import { Menu } from '@/components/ui/menu'
import { useZoneName } from '@/components/ui/time'
import { Tooltip } from '@/components/ui/tooltip'
import { Breadcrumbs } from './breadcrumbs'
import { FreshnessDot } from './freshness-dot'
import { usePreferences } from './preferences'
import { useShell } from './shell-context'
import { useModKey } from './use-mod-key'
import { ZoneChoice } from './zone-choice'

export function TopBar({ onOpenNavigation }: { onOpenNavigation: () => void }) {
  const t = useTranslations('shell')
  const { openPalette, openHelp } = useShell()
  const { paused, setPaused } = useLive()
  const mod = useModKey()
  return (
    <header className="flex min-w-0 items-center gap-1 border-b border-line bg-surface pr-3 pl-4 max-sm:pr-2 max-sm:pl-2">
      <IconButton
        label={t('openNavigation')}
        icon={<MenuIcon size={16} />}
        size="md"
        onClick={onOpenNavigation}
        className="sm:hidden"
      />
      <Breadcrumbs />
      <button
        type="button"
        onClick={openPalette}
        className="mr-1 flex h-7 w-62 shrink-0 items-center gap-2 rounded-control border border-line bg-canvas pr-1.5 pl-2 text-text-3 hover:border-line-strong max-lg:w-auto"
      >
        <Search aria-hidden size={14} />
        <span className="min-w-0 flex-1 truncate text-left max-lg:sr-only">{t('palette.placeholder')}</span>
        <span className="sr-only">{t('palette.open')}</span>
        <span aria-hidden className="flex max-sm:hidden">
          <Kbd>{mod}K</Kbd>
        </span>
      </button>
      <FreshnessDot />
      <IconButton
        label={paused ? t('live.resume') : t('live.pause')}
        shortcut="."
        pressed={paused}
        icon={paused ? <Play size={16} /> : <Pause size={16} />}
        onClick={() => setPaused(!paused)}
      />
      <ZoneMenu />
      <IconButton
        label={t('help.title')}
        shortcut="?"
        icon={<CircleHelp size={16} />}
        onClick={openHelp}
        className="max-sm:hidden"
      />
      <ThemeButton />
      <LanguageButton />
    </header>
  )
}

function ZoneMenu() {
  const t = useTranslations('shell')
  const name = useZoneName()
  return (
    <Menu
      label={t('zone.label')}
      trigger={
        <button
          type="button"
          className="h-7 shrink-0 rounded-control px-1.5 text-meta text-text-2 hover:bg-hover hover:text-text max-sm:hidden"
        >
          {name}
          <span className="sr-only"> {t('zone.label')}</span>
        </button>
      }
    >
      <ZoneChoice />
    </Menu>
  )
}

function ThemeButton() {
  const t = useTranslations('shell')
  const { setTheme } = usePreferences()
  return (
    <IconButton
      label={t('theme.toggle')}
      // Both are there, CSS shows one: which theme holds is known before the script of the page is.
      icon={
        <>
          <Sun size={16} className="dark:hidden" />
          <Moon size={16} className="hidden dark:block" />
        </>
      }
      onClick={() => setTheme(document.documentElement.classList.contains('dark') ? 'light' : 'dark')}
      className="max-sm:hidden"
    />
  )
}

function LanguageButton() {
  const t = useTranslations('shell')
  const { locale, setLocale } = usePreferences()
  return (
    <Tooltip content={t('language.switch')}>
      <button
        type="button"
        lang={locale === 'ko' ? 'en' : 'ko'}
        onClick={() => setLocale(locale === 'ko' ? 'en' : 'ko')}
        className="h-7 min-w-7 shrink-0 rounded-control px-1 text-meta font-medium text-text-3 hover:bg-hover hover:text-text max-sm:hidden"
      >
        <span aria-hidden>{locale === 'ko' ? 'EN' : '한'}</span>
        <span className="sr-only">{locale === 'ko' ? 'English' : '한국어'}</span>
      </button>
    </Tooltip>
  )
}
