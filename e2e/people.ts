import type { Browser, Page } from '@playwright/test'
import type { Username } from '../scripts/demo/settings.ts'
import { type StageFacts, signedInFile, stageFacts } from './stage.ts'
import type { Language } from './words.ts'

export interface Visitor {
  /** null is nobody. */
  as: Username | null
  language: Language
}

const contextOf = (browser: Browser, facts: StageFacts, { as, language }: Visitor) =>
  browser.newContext({
    baseURL: facts.url,
    storageState: as === null ? { cookies: [], origins: [] } : signedInFile(facts.home, as),
    locale: language === 'ko' ? 'ko-KR' : 'en-US',
    viewport: { width: 1440, height: 900 },
  })

/** Lends pages by who looks: the same one each time, with the scripts that its browser read before. */
export async function withVisitors(
  browser: Browser,
  use: (visitors: (who: Visitor) => Promise<Page>) => Promise<void>,
): Promise<void> {
  const opened = new Map<string, Page>()
  await use(async who => {
    const name = `${who.as} ${who.language}`
    const page = opened.get(name) ?? (await (await contextOf(browser, stageFacts(), who)).newPage())
    opened.set(name, page)
    return page
  })
  await Promise.all([...opened.values()].map(page => page.context().close()))
}

/** Several people at work at once, each signed in with a browser of their own. */
export async function people<U extends Username>(
  browser: Browser,
  facts: StageFacts,
  language: Language,
  usernames: readonly U[],
): Promise<{ pages: Record<U, Page>; close(): Promise<void> }> {
  const contexts = await Promise.all(usernames.map(as => contextOf(browser, facts, { as, language })))
  const opened = await Promise.all(contexts.map(context => context.newPage()))
  const pages = Object.fromEntries(usernames.map((name, i) => [name, opened[i]])) as Record<U, Page>
  return {
    pages,
    async close() {
      await Promise.all(contexts.map(context => context.close()))
    },
  }
}
