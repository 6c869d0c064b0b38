import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { ProduceView } from '@/components/produce/produce-view'
import { decodeId } from '@/lib/routes'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('produce')
  return { title: t('title') }
}

export default async function Page({ params }: { params: Promise<{ cluster: string; topic: string }> }) {
  const { cluster, topic } = await params
  const [id, name] = [decodeId(cluster), decodeId(topic)]
  if (id === null || name === null) notFound()
  return <ProduceView cluster={id} topic={name} />
}
