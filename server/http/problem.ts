import { createTranslator } from 'next-intl'
import type { ProblemJson } from '@/lib/contracts/common'
import type { AppError, ErrorCode } from '@/lib/errors'
import { type Locale, pickLocale } from '@/lib/i18n/config'
import en from '@/lib/i18n/en/errors.json'
import ko from '@/lib/i18n/ko/errors.json'

type Words = { title: string; hint: string }
type Params = Record<string, string | number>

/**
 * Title and hint of a code for people. A parameter that nobody gave reads `…`: words must not fail where an
 * error is told.
 */
function errorWords(code: ErrorCode, locale: Locale, params: Params = {}): Words {
  const messages: Record<ErrorCode, Words> = locale === 'ko' ? ko : en
  const { title, hint } = messages[code]
  return { title: fill(title, locale, params), hint: fill(hint, locale, params) }
}

const PLACEHOLDER = /\{(\w+)/g

function fill(text: string, locale: Locale, params: Params): string {
  const names = [...text.matchAll(PLACEHOLDER)].map(match => match[1] ?? '')
  if (names.length === 0) return text
  const values = Object.fromEntries(names.map(name => [name, params[name] ?? '…']))
  const translate = createTranslator({ locale, messages: { text }, onError: () => undefined })
  return translate('text', values)
}

/** Reader's language of an API answer: Accept-Language, else Korean. */
export const localeOf = (headers: Headers): Locale => pickLocale(undefined, headers.get('accept-language'))

/** RFC 9457 problem details of an error. */
export function toProblem(error: AppError, requestId: string, locale: Locale): ProblemJson {
  const { title, hint } = errorWords(error.code, locale, error.params)
  return {
    type: `urn:milena:problem:${error.code.toLowerCase().replaceAll('_', '-')}`,
    title,
    status: error.status,
    code: error.code,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
    hint,
    requestId,
    ...(error.params === undefined ? {} : { params: error.params }),
    ...(error.fields === undefined ? {} : { fields: error.fields }),
  }
}

/** Headers of every answer of the API. `no-transform` keeps compression from holding a stream's events back. */
export const apiHeaders = (requestId: string): Record<string, string> => ({
  'cache-control': 'no-store, no-transform',
  'x-content-type-options': 'nosniff',
  'x-request-id': requestId,
})

/** Where nobody knows better: limits of requests count by the minute. */
const RETRY_AFTER_SECONDS = 60

export function problemResponse(
  error: AppError,
  requestId: string,
  locale: Locale,
  extra: Record<string, string> = {},
): Response {
  return new Response(JSON.stringify(toProblem(error, requestId, locale)), {
    status: error.status,
    headers: {
      ...apiHeaders(requestId),
      'content-type': 'application/problem+json; charset=utf-8',
      'content-language': locale,
      vary: 'accept-language',
      ...(error.code === 'UNAUTHENTICATED' ? { 'www-authenticate': 'Bearer realm="milena"' } : {}),
      ...(error.status === 429
        ? { 'retry-after': String(error.retryAfterSeconds ?? RETRY_AFTER_SECONDS) }
        : {}),
      ...extra,
    },
  })
}
