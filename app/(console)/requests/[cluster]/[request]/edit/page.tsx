import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { EditRequestView } from '@/components/requests/edit-request-view'
import { decodeId } from '@/lib/routes'

type Params = { params: Promise<{ cluster: string; request: string }> }

export async function generateMetadata({ params }: Params): Promise<Metadata> {
  const [t, { request }] = await Promise.all([getTranslations('requests.form'), params])
  return { title: t('editTitle', { request: decodeId(request) ?? request }) }
}

export default async function Page({ params }: Params) {
  const { cluster, request } = await params
  return <EditRequestView cluster={decodeId(cluster) ?? cluster} request={decodeId(request) ?? request} />
}
