import type { Secrets } from './secret.ts';

/** The scoped service `vault`: secrets a module must keep and read again; the key lives outside the database. */
export interface Vault {
  /** @param purpose `<plugin>.<what>`; what was sealed for one purpose opens for no other. */
  seal(purpose: string, text: string): Buffer;
  /** Null when it was not sealed by this house for this purpose. */
  open(purpose: string, sealed: Buffer): string | null;
  /** What may be kept of a secret that is only compared. */
  hmac(purpose: string, text: string): Buffer;
}

declare module './plugin/services.ts' {
  interface Services {
    vault: Vault;
  }
}

/** The purposes of modules are kept apart from the core's own. */
export const vault = ({ secrets }: { secrets: Secrets }): Vault => ({
  seal: (purpose, text) => secrets.seal(`module ${purpose}`, text),
  open: (purpose, sealed) => secrets.open(`module ${purpose}`, sealed),
  hmac: (purpose, text) => secrets.hmac(`module ${purpose}`, text),
});
