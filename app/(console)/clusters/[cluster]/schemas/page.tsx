import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { SchemasView } from '@/components/schemas/schemas-view'
import { decodeId } from '@/lib/routes'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('schemas')
  return { title: t('title') }
}

export default async function Page({ params }: { params: Promise<{ cluster: string }> }) {
  const cluster = decodeId((await params).cluster)
  if (cluster === null) notFound()
  return <SchemasView cluster={cluster} />
}
