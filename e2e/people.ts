import type { Browser, Page } from '@playwright/test'
import type { Username } from '../scripts/demo/settings.ts'
import { type StageFacts, signedInFile } from './stage.ts'
import type { Language } from './words.ts'

/** Several people at work at once, each signed in with a browser of their own. */
export async function people<U extends Username>(
  browser: Browser,
  facts: StageFacts,
  language: Language,
  usernames: readonly U[],
): Promise<{ pages: Record<U, Page>; close(): Promise<void> }> {
  const contexts = await Promise.all(
    usernames.map(person =>
      browser.newContext({
        baseURL: facts.url,
        storageState: signedInFile(facts.home, person),
        locale: language === 'ko' ? 'ko-KR' : 'en-US',
      }),
    ),
  )
  const opened = await Promise.all(contexts.map(context => context.newPage()))
  const pages = Object.fromEntries(usernames.map((name, i) => [name, opened[i]])) as Record<U, Page>
  return {
    pages,
    async close() {
      await Promise.all(contexts.map(context => context.close()))
    },
  }
}
