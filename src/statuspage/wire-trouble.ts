import { WireFailure } from './wire.ts';

/** Turns whatever ended an exchange into one of our troubles. `sent` decides first: the codes alone do not tell. */
export function explainBreakage(reason: unknown, sent: boolean, proxy: string | undefined): WireFailure {
  if (reason === 'interrupted' || reason === 'too-large') return new WireFailure(reason, { sent, proxy });
  if (sent) {
    if (reason === 'timeout') return new WireFailure('timeout', { sent, proxy });
    return new WireFailure('reset', { sent, proxy, detail: codeOf(reason) });
  }
  if (reason === 'timeout') {
    return new WireFailure(proxy === undefined ? 'refused' : 'proxy', { sent, proxy, detail: 'no connection in time' });
  }
  return explainUnsent(reason, proxy);
}

function explainUnsent(reason: unknown, proxy: string | undefined): WireFailure {
  const code = codeOf(reason);
  if (isCertificateCode(code)) {
    return new WireFailure('certificate', { sent: false, proxy, detail: `${code}: ${messageOf(reason)}` });
  }
  if (proxy !== undefined) {
    const status = /\((\d{3})\)/.exec(messageOf(reason))?.[1];
    const lasting = status?.startsWith('4') ?? false;
    return new WireFailure('proxy', { sent: false, proxy, detail: status ?? code, lasting });
  }
  const unknownHost = code === 'ENOTFOUND' || code.startsWith('EAI_');
  return new WireFailure(unknownHost ? 'unknown-host' : 'refused', { sent: false, detail: code });
}

/** The codes of OpenSSL's verification and of Node's TLS: none of them goes away by waiting. */
function isCertificateCode(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_|ISSUER|CRL_|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|PATH_LENGTH|^ERR_(TLS|SSL)_|^EPROTO$/.test(
    code,
  );
}

function codeOf(reason: unknown): string {
  const { code, name } = asError(reason);
  return typeof code === 'string' ? code : typeof name === 'string' ? name : 'unknown';
}

function messageOf(reason: unknown): string {
  const { message } = asError(reason);
  return typeof message === 'string' ? message : '';
}

function asError(reason: unknown): { readonly code?: unknown; readonly name?: unknown; readonly message?: unknown } {
  return typeof reason === 'object' && reason !== null ? reason : {};
}
