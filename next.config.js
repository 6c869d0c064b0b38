import createNextIntlPlugin from 'next-intl/plugin'

const withNextIntl = createNextIntlPlugin('./lib/i18n/request.ts')

/** @type {import('next').NextConfig} */
const config = {
  output: 'standalone',
  poweredByHeader: false,
  reactStrictMode: true,
  // Native and wasm parts of these must stay files on disk; see docs/adr/0003.
  serverExternalPackages: [
    'kafkajs',
    '@platformatic/kafka',
    '@platformatic/wasm-utils',
    '@electric-sql/pglite',
    'pino',
    'pg',
    '@node-rs/crc32',
  ],
  images: { unoptimized: true }, // nobody needs /_next/image, so nobody can ask it to fetch
  // proxy.ts does not see assets; an asset that is not there is answered with the page that says so.
  headers: async () => [
    {
      source: '/_next/static/:path*',
      headers: [
        {
          key: 'content-security-policy',
          value: "default-src 'self'; object-src 'none'; frame-ancestors 'none'",
        },
        { key: 'x-content-type-options', value: 'nosniff' },
        { key: 'x-frame-options', value: 'DENY' },
      ],
    },
  ],
  outputFileTracingIncludes: { '/*': ['./server/store/migrations/**'] },
  typescript: { ignoreBuildErrors: true }, // `npm run check:types` is the gate; checking twice costs CI a minute
}

export default withNextIntl(config)
