import { CLUSTER, containing, expect, test } from '../fixtures.ts'

test.describe('nobody', () => {
  test.use({ as: null })

  test('signs in with a wrong password, then the right one, and signs out', async ({
    page,
    words,
    facts,
  }) => {
    await page.goto(`${CLUSTER}/topics?q=order`)
    await expect(page).toHaveURL(/\/sign-in\?next=/)
    const username = page.getByLabel(words('auth.username'))
    const password = page.getByLabel(words('auth.password'))
    const submit = page.getByRole('button', { name: words('auth.signIn') })
    await username.fill('operator')
    await password.fill('not this one')
    await submit.click()
    await expect(page.getByRole('alert').getByText(words('auth.failure.refused'))).toBeVisible()

    await password.fill(facts.credentials.passwords.operator)
    await submit.click()
    await expect(page).toHaveURL(/\/clusters\/demo\/topics\?q=order/)
    await expect(page.getByRole('heading', { level: 1, name: words('topics.title') })).toBeVisible()

    // A copy of the cookie, as somebody may have taken it.
    const cookies = await page.context().cookies()
    // The browser is known from now on, to the sign-in alone.
    expect(cookies.find(({ name }) => name === 'milena.device')).toMatchObject({
      path: '/api/auth',
      httpOnly: true,
      sameSite: 'Lax',
    })
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
    const asCopy = async (path: string) => fetch(`${facts.url}${path}`, { headers: { cookie } })
    expect((await asCopy('/api/v1/me')).status).toBe(200)

    await page.getByRole('button', { name: containing(words('shell.user.menu')) }).click()
    await page.getByRole('menuitem', { name: words('shell.user.signOut') }).click()
    await expect(page).toHaveURL(/\/sign-in/)
    await page.goto(`${CLUSTER}/topics`)
    await expect(page).toHaveURL(/\/sign-in/)
    expect((await asCopy('/api/v1/me')).status).toBe(401)
    expect(await (await asCopy('/api/auth/session')).json()).toEqual({})
    expect((await asCopy('/api/v1/me')).status).toBe(401)
  })

  test('is answered 401 by the API, in problem+json', async ({ request }) => {
    const answer = await request.get(`/api/v1${CLUSTER}/topics`)
    expect(answer.status()).toBe(401)
    expect(answer.headers()['content-type']).toContain('application/problem+json')
    expect(await answer.json()).toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  test('is never sent to another site after signing in', async ({ page, words, facts }) => {
    await page.goto('/sign-in?next=//example.com/')
    await page.getByLabel(words('auth.username')).fill('viewer')
    await page.getByLabel(words('auth.password')).fill(facts.credentials.passwords.viewer)
    await page.getByRole('button', { name: words('auth.signIn') }).click()
    await expect(page).not.toHaveURL(/sign-in/)
    expect(new URL(page.url()).origin).toBe(facts.url)
  })
})

test.describe('a viewer', () => {
  test.use({ as: 'viewer' })

  test('sees no way to create a topic, is told why, and the API refuses', async ({ page, words, facts }) => {
    await page.goto(`${CLUSTER}/topics`)
    await expect(page.getByRole('heading', { level: 1, name: words('topics.title') })).toBeVisible()
    await expect(page.getByRole('link', { name: words('topics.create') })).toHaveCount(0)
    await page.goto(`${CLUSTER}/new-topic`)
    await page.getByLabel(words('topics.new.name')).fill('order.order-service.refused')
    const submit = page.getByRole('button', { name: containing(words('topics.create')) })
    await expect(submit).toHaveAttribute('aria-disabled', 'true')
    const answer = await page.request.post(`/api/v1${CLUSTER}/topics`, {
      data: { name: 'order.order-service.refused', partitions: 1, replicationFactor: 1 },
      headers: { origin: facts.url },
    })
    expect(answer.status()).toBe(403)
    expect(await answer.json()).toMatchObject({ code: 'DENIED' })
  })

  test('a request from another site is refused even with the cookie', async ({ page }) => {
    const answer = await page.request.post(`/api/v1${CLUSTER}/names/check`, {
      data: { name: 'order.order-service.created' },
      headers: { origin: 'http://evil.example' },
    })
    expect(answer.status()).toBe(403)
    expect(await answer.json()).toMatchObject({ code: 'ORIGIN_MISMATCH' })
  })
})
