import { isHttps } from '@/server/auth/session-cookie'
import type { Config } from '@/server/config/types'

/** Set by proxy.ts: pages are not told their own address. */
export const PATH_HEADER = 'x-milena-path'

/**
 * Security headers of a page. Scripts run by nonce alone; styles too, but for `style` attributes, which
 * charts and drawers set.
 */
export function pageHeaders(nonce: string, config: Config): Record<string, string> {
  const development = config.checkAnswers // React's refresh needs eval; never in production
  const policy = [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "font-src 'self'",
    "img-src 'self'",
    `connect-src 'self'${development ? ' ws:' : ''}`,
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    ...(isHttps(config) ? ['upgrade-insecure-requests'] : []),
  ]
  return {
    'content-security-policy': policy.join('; '),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    'cache-control': 'no-store',
    ...(isHttps(config) ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  }
}
