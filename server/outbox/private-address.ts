import { BlockList, isIPv4, isIPv6 } from 'node:net'

const blocked = new BlockList()
/** IANA's special-purpose registries (RFC 6890 and its updates): everything that is not an ordinary public address. */
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  blocked.addSubnet(net, bits, 'ipv4')
/** IPv6: only 2000::/3 is public, without tunnels that carry an IPv4 address (6to4, Teredo) and documentation. */
const publicV6 = new BlockList()
publicV6.addSubnet('2000::', 3, 'ipv6')
for (const [net, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  blocked.addSubnet(net, bits, 'ipv6')

/**
 * Is this IP address anything but an ordinary public one? What is no address counts as private: it must not
 * be dialled.
 */
export function isPrivateAddress(given: string): boolean {
  const [address = ''] = given.split('%') // fe80::1%eth0
  if (isIPv4(address)) return blocked.check(address, 'ipv4')
  if (!isIPv6(address)) return true
  return !publicV6.check(address, 'ipv6') || blocked.check(address, 'ipv6')
}
