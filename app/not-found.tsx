import { getTranslations } from 'next-intl/server'
import { LinkButton } from '@/components/ui/button'

/** An address outside of the console. Inside it, `(console)/not-found` keeps the shell. */
export default async function NotFound() {
  const t = await getTranslations('shell.notFound')
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center gap-2 px-4 text-center">
      <h1 className="text-title font-semibold">{t('title')}</h1>
      <p className="text-text-3">{t('body')}</p>
      <LinkButton href="/" className="mt-3">
        {t('toOverview')}
      </LinkButton>
    </main>
  )
}
