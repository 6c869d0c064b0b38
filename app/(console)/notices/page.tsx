import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { NoticesView } from '@/components/notices/notices-view'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('notices')
  return { title: t('title') }
}

export default function Page() {
  return <NoticesView />
}
