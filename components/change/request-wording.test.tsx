import { NextIntlClientProvider } from 'next-intl'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import requests from '@/lib/i18n/en/requests.json'
import { RequestWording } from './request-wording'

const shown = (over: { direct?: boolean; purposeError?: string }) =>
  renderToStaticMarkup(
    <NextIntlClientProvider locale="en" timeZone="UTC" messages={{ requests }}>
      <RequestWording wording={{ purpose: '', links: '' }} onChange={() => undefined} {...over} />
    </NextIntlClientProvider>,
  )

test('links are asked of who requests, and not of who changes at once: nothing would keep them', () => {
  expect(shown({})).toContain(requests.form.linksHint)
  expect(shown({ direct: true })).not.toContain(requests.form.linksHint)
  expect(shown({ direct: true })).toContain(requests.form.purposeDirect)
})

test('what is wrong with the purpose stands at its field', () => {
  expect(shown({ direct: true })).not.toContain('aria-invalid')
  const wrong = shown({ direct: true, purposeError: 'Too long.' })
  expect(wrong).toMatch(/<textarea aria-invalid="true"/)
  expect(wrong).toContain('Too long.')
})
