'use client'

import { useTranslations } from 'next-intl'
import { usePreferences } from '@/components/shell/preferences'
import { Segmented } from '@/components/ui/segmented'
import { safeNext } from '@/lib/routes'
import { SignInForm } from './sign-in-form'

/** The way in: 360 px in the middle of the canvas. */
export function SignInPage({ next }: { next: string | null }) {
  const t = useTranslations('auth')
  const { locale, setLocale } = usePreferences()
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center gap-4 px-4 py-12">
      <div className="w-full max-w-[360px] rounded-dialog border border-line bg-surface p-6">
        <h1 className="text-title font-semibold">Milena</h1>
        <p className="mb-5 text-text-3">{t('subtitle')}</p>
        <SignInForm
          onSignedIn={() => {
            // A full load: everything rendered before belongs to nobody.
            window.location.assign(safeNext(next))
          }}
        />
      </div>
      <Segmented
        label={t('language')}
        value={locale}
        onValueChange={setLocale}
        options={[
          { value: 'ko', label: <span lang="ko">한국어</span> },
          { value: 'en', label: <span lang="en">English</span> },
        ]}
      />
    </main>
  )
}
