'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { onSignedOut } from '@/components/api/session'
import { SignInForm } from '@/components/auth/sign-in-form'
import { Dialog } from '@/components/ui/dialog'

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
