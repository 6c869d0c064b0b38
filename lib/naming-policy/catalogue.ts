/**
 * What is registered beside the topics: bounded contexts, the services that publish in them, the teams that
 * own them.
 */
export type Catalogue = {
  domains: readonly { name: string; owner: string | null }[]
  services: readonly { name: string; domain: string | null; owner: string | null }[]
  owners: readonly { name: string }[]
}

export const EMPTY_CATALOGUE: Catalogue = { domains: [], services: [], owners: [] }
