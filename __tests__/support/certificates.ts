import { generate } from 'selfsigned';

/** A certificate in PEM, and the key that belongs to it. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** Somebody who vouches for names; those who trust the certificate trust all that it has issued. */
export interface Authority {
  readonly cert: string;
  /** A certificate for names or addresses; one that has expired was good until yesterday. */
  readonly issue: (names: readonly string[], how?: { readonly expired?: boolean }) => Promise<Certificate>;
}

const dayMs = 24 * 60 * 60 * 1000;
const daysFromNow = (days: number): Date => new Date(Date.now() + days * dayMs);
const common = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256', notBeforeDate: daysFromNow(-3) } as const;
const named = (value: string) => [{ name: 'commonName', value }];
const isAddress = (name: string): boolean => /^[\d.]+$/.test(name);
const alternatives = (names: readonly string[]) =>
  names.map((name) => (isAddress(name) ? { type: 7 as const, ip: name } : { type: 2 as const, value: name }));

/** A certificate that vouches for itself, for one name and for `localhost`. */
export async function makeCertificate(name: string): Promise<Certificate> {
  const { private: key, cert } = await generate(named(name), {
    ...common,
    notAfterDate: daysFromNow(2),
    extensions: [{ name: 'subjectAltName', altNames: alternatives([name, 'localhost']) }],
  });
  return { key, cert };
}

/** An authority of its own, which nobody trusts by themselves. */
export async function createAuthority(name: string): Promise<Authority> {
  const { private: key, cert } = await generate(named(name), {
    ...common,
    notAfterDate: daysFromNow(2),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  return {
    cert,
    issue: async ([first = 'localhost', ...others], { expired = false } = {}) => {
      const issued = await generate(named(first), {
        ...common,
        notAfterDate: daysFromNow(expired ? -1 : 2),
        ca: { key, cert },
        extensions: [{ name: 'subjectAltName', altNames: alternatives([first, ...others]) }],
      });
      return { key: issued.private, cert: issued.cert };
    },
  };
}
