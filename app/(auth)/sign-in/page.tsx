import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { SignInPage } from '@/components/auth/sign-in-page'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('auth')
  return { title: t('title') }
}

export default async function Page({
  searchParams,
}: {
  searchParams: Promise<{ next?: string | string[] }>
}) {
  const { next } = await searchParams
  return <SignInPage next={typeof next === 'string' ? next : null} />
}
