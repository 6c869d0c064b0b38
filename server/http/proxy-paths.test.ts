import { expect, it } from 'vitest'
import nextConfig from '@/next.config'
import { config } from '@/proxy'

/** Next's matcher of this shape is a regular expression from end to end. */
const isGuarded = (path: string) => config.matcher.some(matcher => new RegExp(`^${matcher}$`).test(path))

it.each([
  '/',
  '/clusters/dev',
  '/api/v2/x',
  '/api/auth',
  '/api',
  '/api/v1%2fclusters',
  '/favicon.ico',
  '/_next/image',
  '/healthz/x',
])('%s is a page: a session is asked for and the headers are set', path => expect(isGuarded(path)).toBe(true))

it.each([
  '/api/v1/clusters',
  '/api/auth/session',
  '/healthz',
  '/readyz',
  '/metrics',
  '/_next/static/chunks/a.js',
])('%s guards itself or holds nothing', path => expect(isGuarded(path)).toBe(false))

it('assets that are not there are answered with a page that nobody frames', async () => {
  const rules = (await nextConfig.headers?.()) ?? []
  const headers = rules.find(rule => rule.source.startsWith('/_next/static/'))?.headers ?? []
  expect(headers.find(header => header.key === 'content-security-policy')?.value).toContain(
    "frame-ancestors 'none'",
  )
})
