import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { ClustersView } from '@/components/clusters/clusters-view'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('clusters')
  return { title: t('title') }
}

/** The layout has read the clusters already. */
export default function Page() {
  return <ClustersView />
}
