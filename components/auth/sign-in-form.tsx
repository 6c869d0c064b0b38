'use client'

import { TriangleAlert } from 'lucide-react'
import { signIn } from 'next-auth/react'
import { useTranslations } from 'next-intl'
import { type FormEvent, type KeyboardEvent, useState, useSyncExternalStore } from 'react'
import { Button } from '@/components/ui/button'
import { Field, Input } from '@/components/ui/input'

const never = () => () => {}

type Failure = 'missing' | 'refused' | 'limited' | 'unreachable'

/** Name and password. One text for every refusal: which of the two was wrong is nobody's business. */
export function SignInForm({ onSignedIn }: { onSignedIn: () => void }) {
  const t = useTranslations('auth')
  const [failure, setFailure] = useState<Failure | null>(null)
  const [busy, setBusy] = useState(false)
  const [capsLock, setCapsLock] = useState(false)
  // Until the script has the form, the browser itself would send it, to a page that takes none.
  const isReady = useSyncExternalStore(
    never,
    () => true,
    () => false,
  )

  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (busy) return
    const form = event.currentTarget
    const fields = new FormData(form)
    const missing = form.querySelector<HTMLInputElement>('input:invalid')
    if (missing) {
      missing.focus()
      setFailure('missing')
      return
    }
    setBusy(true)
    setFailure(null)
    try {
      const answer = await signIn('credentials', {
        redirect: false,
        username: String(fields.get('username') ?? ''),
        password: String(fields.get('password') ?? ''),
      })
      if (answer?.ok && !answer.error) {
        onSignedIn()
        return
      }
      setFailure(answer?.status === 429 || answer?.error === 'RATE_LIMITED' ? 'limited' : 'refused')
      form.querySelector<HTMLInputElement>('[name=password]')?.select()
    } catch {
      setFailure('unreachable')
    }
    setBusy(false)
  }
  const watchCapsLock = (event: KeyboardEvent<HTMLInputElement>) =>
    setCapsLock(event.getModifierState('CapsLock'))

  return (
    <form method="post" noValidate onSubmit={onSubmit} className="flex flex-col gap-3">
      <Field label={t('username')}>
        {ids => (
          <Input
            id={ids.id}
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            required
            autoFocus
            maxLength={200}
          />
        )}
      </Field>
      <Field
        label={t('password')}
        hint={
          capsLock ? (
            <span className="inline-flex items-center gap-1 text-warn">
              <TriangleAlert aria-hidden size={12} /> {t('capsLock')}
            </span>
          ) : undefined
        }
      >
        {ids => (
          <Input
            id={ids.id}
            aria-describedby={ids['aria-describedby']}
            name="password"
            type="password"
            autoComplete="current-password"
            required
            maxLength={1000}
            onKeyDown={watchCapsLock}
            onKeyUp={watchCapsLock}
          />
        )}
      </Field>
      <div role="alert" className="empty:hidden">
        {failure ? (
          <p className="rounded-control bg-error-bg px-3 py-2 text-error">{t(`failure.${failure}`)}</p>
        ) : null}
      </div>
      <Button type={isReady ? 'submit' : 'button'} variant="primary" busy={busy} className="mt-1 w-full">
        {busy ? t('signingIn') : t('signIn')}
      </Button>
    </form>
  )
}
