type Parts = { year: string; month: string; day: string; hour: string; minute: string; second: string }
const zoned = new Map<string, Intl.DateTimeFormat>()

/** What a clock in `zone` (IANA) shows at an instant: two digits each, the year four. */
export function zonedParts(atMs: number, zone: string): Parts {
  let format = zoned.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
    zoned.set(zone, format)
  }
  const parts: Parts = { year: '', month: '', day: '', hour: '', minute: '', second: '' }
  for (const { type, value } of format.formatToParts(atMs))
    if (type in parts) parts[type as keyof Parts] = value
  return parts
}

/** How far a zone's clock is ahead of UTC at an instant, in ms. */
export function zoneOffsetMs(atMs: number, zone: string): number {
  const p = zonedParts(atMs, zone)
  const local = Date.UTC(
    Number(p.year),
    Number(p.month) - 1,
    Number(p.day),
    Number(p.hour),
    Number(p.minute),
    Number(p.second),
  )
  return local - Math.floor(atMs / 1000) * 1000
}
