import { expect, it, vi } from 'vitest'

it('knows a registry’s failure that another bundle’s copy of the class made, as the built server has them', async () => {
  const services = await import('./registry-http')
  const serdes = await import('@/server/serde/decode-error')
  vi.resetModules()
  const { toRegistryError } = await import('./registry-errors')
  const routes = await import('./registry-http')
  expect(routes.RegistryError).not.toBe(services.RegistryError)
  const codeOf = (thrown: Error) => {
    try {
      return toRegistryError(thrown)
    } catch (error) {
      return error
    }
  }
  expect(codeOf(new services.RegistryError('unreachable', 'no answer'))).toMatchObject({
    code: 'REGISTRY_UNREACHABLE',
  })
  expect(codeOf(new services.RegistryError('refused', 'no', 409))).toMatchObject({
    code: 'SCHEMA_INCOMPATIBLE',
  })
  expect(codeOf(new serdes.DecodeError('x'))).toMatchObject({ code: 'SCHEMA_INVALID' })
  // One class is not taken for another, nor a stranger for either.
  expect(new serdes.DecodeError('x')).not.toBeInstanceOf(routes.RegistryError)
  const stranger = new Error('x')
  expect(codeOf(stranger)).toBe(stranger)
})
