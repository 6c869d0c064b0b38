import { cookies, headers } from 'next/headers'
import { getRequestConfig } from 'next-intl/server'
import { LOCALE_COOKIE, pickLocale, pickZone, ZONE_COOKIE } from './config'
import { loadMessages } from './messages'

/** No locale in the path (a link means the same to every reader): cookie, then Accept-Language, then Korean. */
export default getRequestConfig(async () => {
  const [jar, head] = await Promise.all([cookies(), headers()])
  const locale = pickLocale(jar.get(LOCALE_COOKIE)?.value, head.get('accept-language'))
  return {
    locale,
    messages: await loadMessages(locale),
    timeZone: pickZone(jar.get(ZONE_COOKIE)?.value).zone,
    now: new Date(),
  }
})
