/**
 * A 32-bit number that differs where the first `count` characters or the length do, nearly always (the polynomial
 * of Java's String.hashCode): quick enough for every letter, no secret and no proof.
 */
export function hashText(text: string, count = text.length): number {
  let hash = text.length
  const looked = Math.min(text.length, count)
  for (let at = 0; at < looked; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0
  return hash
}
