import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { SubjectView } from '@/components/schemas/subject-view'
import { decodeId } from '@/lib/routes'

type Props = { params: Promise<{ cluster: string; subject: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeId((await params).subject) ?? '' }
}

export default async function Page({ params }: Props) {
  const { cluster, subject } = await params
  const [id, name] = [decodeId(cluster), decodeId(subject)]
  if (id === null || name === null) notFound()
  return <SubjectView key={name} cluster={id} subject={name} />
}
