/** What policies are measured with: a catalogue, and topics as a company has them. */
export const TOPICS = 10_000
export const ENTRIES = 500

export const domains = Array.from({ length: ENTRIES / 2 }, (_, i) => ({ name: `domain-${i}`, owner: null }))
export const services = Array.from({ length: ENTRIES / 2 }, (_, i) => ({
  name: `service-${i}`,
  domain: `domain-${i}`,
  owner: null,
}))

/** A third of them break the convention in the ways that people break it. */
export const names = Array.from({ length: TOPICS }, (_, i) => {
  const domain = `domain-${i % domains.length}`
  if (i % 9 === 0) return `Domain_${i}`
  if (i % 9 === 1) return `${domain}.event-${i}`
  if (i % 9 === 2) return `domian-${i % domains.length}.service-${i}.created`
  return `${domain}.service-${i % services.length}.event-${i}`
})
