import { CLUSTER, containing, expect, rowsOf, test } from '../fixtures.ts'

test('the palette finds a topic and goes there', async ({ page, words }) => {
  await page.goto(CLUSTER)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await page.keyboard.press('Control+k')
  const palette = page.getByRole('dialog', { name: words('shell.palette.open') })
  await palette.getByRole('combobox').fill('inventory-service.reserved')
  await expect(
    palette.getByRole('option', { name: 'inventory.inventory-service.reserved', exact: true }),
  ).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/topics\/inventory\.inventory-service\.reserved/)
})

test('two keys go to a section, one shows them all', async ({ page, words }) => {
  await page.goto(CLUSTER)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  const stops: [string, string, string][] = [
    ['t', words('topics.title'), '/topics'],
    ['c', words('groups.title'), '/groups'],
    ['d', words('dead-letters.title'), '/dead-letters'],
    ['r', words('replays.title'), '/replays'],
  ]
  for (const [key, title, path] of stops) {
    await page.keyboard.press('g')
    await page.keyboard.press(key)
    await expect(page).toHaveURL(containing(path))
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible()
  }
  await page.keyboard.press('Shift+Slash')
  const help = page.getByRole('dialog', { name: words('shell.help.title') })
  await expect(help.getByText(words('shell.palette.open'))).toBeVisible()
  await expect(help.getByText(words('shell.help.keys.live'))).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(help).toHaveCount(0)
})

test('a list from the keyboard alone: filter, move, open, come back', async ({ page, words }) => {
  // Frames come late, as on a busy machine: a key that follows another must still find what that one did.
  await page.addInitScript(() => {
    const frame = window.requestAnimationFrame.bind(window)
    window.requestAnimationFrame = callback => window.setTimeout(() => frame(callback), 400)
  })
  await page.goto(`${CLUSTER}/topics`)
  const rows = rowsOf(page, words('topics.list'))
  await expect(rows.filter({ hasText: 'order.order-service.created' }).first()).toBeVisible()
  // Rows come with the page; keys count once it is alive.
  await expect(async () => {
    await page.keyboard.press('/')
    await expect(page.getByLabel(words('topics.filter'))).toBeFocused({ timeout: 500 })
  }).toPass()
  await page.keyboard.type('payment')
  await expect(rows.filter({ hasText: 'order.' })).toHaveCount(0)
  await expect(page).toHaveURL(/q=payment/)
  await page.keyboard.press('Tab')
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/topics\/payment\./)
  await page.goBack()
  await expect(page).toHaveURL(/\/topics(\?|$)/)
})
