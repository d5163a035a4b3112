import { promises as dns, type LookupAddress } from 'node:dns';
import { BlockList, isIP } from 'node:net';

/** A server this house does not write to; the message is French and names the field. */
export class ForbiddenServer extends Error {
  override name = 'ForbiddenServer';
  readonly field: 'host' | 'port' | 'encryption';
  constructor(field: ForbiddenServer['field'], reason: string) {
    super(reason);
    this.field = field;
  }
}

const PORTS = [25, 465, 587, 2525];

/** Networks that are not the Internet: our own machine, its neighbours, the cloud's own services. */
const inside = new BlockList();
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
  ['224.0.0.0', 3],
] as const)
  inside.addSubnet(net, bits, 'ipv4');
// Of IPv6 only the Internet's own part is let through, less what carries an IPv4 address or belongs to nobody.
const internet = new BlockList();
internet.addSubnet('2000::', 3, 'ipv6');
for (const [net, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  inside.addSubnet(net, bits, 'ipv6');

/** Whether an address is on the Internet, and not somewhere a school's form must not reach. */
export function isPublic(address: string): boolean {
  if (isIP(address) === 4) return !inside.check(address, 'ipv4');
  if (isIP(address) !== 6) return false;
  return internet.check(address, 'ipv6') && !inside.check(address, 'ipv6');
}

type Lookup = (host: string) => Promise<LookupAddress[]>;
const lookUp: Lookup = (host) => dns.lookup(host, { all: true, verbatim: true });

/**
 * The address to connect to, looked up once: what is checked is what is called, and a name cannot point elsewhere the
 * second time. @throws ForbiddenServer for a private address or another port, unless the house allows private hosts.
 */
export async function reach(
  server: { host: string; port: number; encryption: 'tls' | 'starttls' | 'none' },
  privateHosts: boolean,
  lookup: Lookup = lookUp,
): Promise<string> {
  if (!privateHosts && !PORTS.includes(server.port))
    throw new ForbiddenServer('port', `Le port doit être ${PORTS.slice(0, -1).join(', ')} ou ${PORTS.at(-1)}.`);
  if (!privateHosts && server.encryption === 'none')
    throw new ForbiddenServer('encryption', 'Un mot de passe ne part pas en clair : choisissez TLS ou STARTTLS.');
  const host = server.host.trim().replace(/^\[(.*)\]$/, '$1');
  // What a resolver would be asked must be a name: no path, no port, no address written in another base.
  if (!isIP(host) && !/^(?=.{1,253}$)([\p{L}\p{N}_]([\p{L}\p{N}_-]{0,61}[\p{L}\p{N}])?\.?)+$/u.test(host))
    throw new ForbiddenServer('host', 'Ce nom de serveur est mal écrit. Exemple : smtp.exemple.fr');
  const found = isIP(host) ? [{ address: host, family: isIP(host) }] : await lookup(host);
  if (!privateHosts && found.some(({ address }) => !isPublic(address)))
    throw new ForbiddenServer('host', 'Ce serveur est sur un réseau privé : Préau ne s’y connecte pas.');
  const [first] = found.toSorted((a, b) => a.family - b.family);
  if (!first) throw new ForbiddenServer('host', 'Aucun serveur ne porte ce nom.');
  return first.address;
}
