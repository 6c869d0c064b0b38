import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { NewRequestView } from '@/components/requests/new-request-view'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('requests.form')
  return { title: t('title') }
}

export default function Page() {
  return <NewRequestView />
}
