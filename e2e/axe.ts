import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'

const WCAG_22_AA = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']
/** The rules that look at colours: what a change of the scheme alone can break. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block']

/** What axe finds wrong on the page as it stands: WCAG 2.2 A and AA, or of these what colours alone decide. */
export async function violations(page: Page, what: 'all' | 'colours' = 'all'): Promise<string[]> {
  // Nothing is to be put together from frames, which axe does in a page of its own: another process.
  if (page.frames().length > 1) throw new Error(`${page.url()} has frames, and they are not looked at`)
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] })
  const { violations: found } = await (what === 'all'
    ? axe.withTags(WCAG_22_AA)
    : axe.withRules(COLOUR_RULES)
  ).analyze()
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')} ${failureSummary}`),
  )
}
