'use client'

import { useTranslations } from 'next-intl'
import { Field, Textarea } from '@/components/ui/input'
import { parseLinks } from './change-draft'

export type Wording = { purpose: string; links: string }

/**
 * Why somebody asks, and where more is to be read: of every request. Whoever may do it at once may say why, and
 * the audit log keeps it: it has no place for links.
 */
export function RequestWording({
  wording,
  direct = false,
  purposeError = null,
  onChange,
}: {
  wording: Wording
  direct?: boolean
  purposeError?: string | null
  onChange: (part: Partial<Wording>) => void
}) {
  const t = useTranslations('requests.form')
  const bad = parseLinks(wording.links) === null
  return (
    <>
      <Field
        label={t('purpose')}
        required={!direct}
        hint={t(direct ? 'purposeDirect' : 'purposeHint')}
        error={purposeError}
      >
        {({ invalid, ...ids }) => (
          <Textarea
            {...ids}
            invalid={invalid}
            rows={2}
            maxLength={2000}
            value={wording.purpose}
            onChange={event => onChange({ purpose: event.currentTarget.value })}
          />
        )}
      </Field>
      {direct ? null : (
        <Field label={t('links')} {...(bad ? { error: t('linksBad') } : { hint: t('linksHint') })}>
          {({ invalid, ...ids }) => (
            <Textarea
              {...ids}
              invalid={invalid}
              rows={2}
              value={wording.links}
              onChange={event => onChange({ links: event.currentTarget.value })}
            />
          )}
        </Field>
      )}
    </>
  )
}
