import { getServers } from 'node:dns';

/** The resolvers of this machine, as `address` or `address:port`. */
export function systemResolvers(): string[] {
  return getServers();
}
