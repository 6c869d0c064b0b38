'use client'

import { useQueryClient } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { onSignedOut } from '@/components/api/session'
import { Dialog } from '@/components/ui/dialog'

// Seldom needed, and next-auth's client with it.
const SignInForm = dynamic(() => import('@/components/auth/sign-in-form').then(module => module.SignInForm), {
  ssr: false,
})

/** The session ended: sign in over the page, so that nothing typed on it is lost. */
export function SessionDialog() {
  const t = useTranslations('auth')
  const queries = useQueryClient()
  const [open, setOpen] = useState(false)
  useEffect(() => onSignedOut(() => setOpen(true)), [])
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      size="sm"
      title={t('expired.title')}
      description={t('expired.body')}
    >
      <div className="mt-4">
        <SignInForm
          onSignedIn={() => {
            setOpen(false)
            void queries.invalidateQueries()
          }}
        />
      </div>
    </Dialog>
  )
}
