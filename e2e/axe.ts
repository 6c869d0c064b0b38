import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'

const WCAG_22_AA = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']
/** The rules that look at colours: what a change of the scheme alone can break. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block']

/** What axe finds wrong on the page as it stands: WCAG 2.2 A and AA, or of these what colours alone decide. */
export async function violations(page: Page, what: 'all' | 'colours' = 'all'): Promise<string[]> {
  const axe = new AxeBuilder({ page })
  const { violations: found } = await (what === 'all'
    ? axe.withTags(WCAG_22_AA)
    : axe.withRules(COLOUR_RULES)
  ).analyze()
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')} ${failureSummary}`),
  )
}
