import type { Call, ErrorCode } from './failed-call.ts';

/** One request as it is sent. `timeoutMs` limits the whole exchange, from resolving the name to the last byte. */
export interface WireRequest {
  readonly method: Call['method'];
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly timeoutMs: number;
  /** Ends the exchange at once, at any point. */
  readonly signal: AbortSignal | undefined;
}

/** Any response with a status, good or bad. Names of headers are in lower case. */
export interface WireReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Sends once and follows no redirect. Rejects with WireError if no complete response came. */
export type Send = (request: WireRequest) => Promise<WireReply>;

/** A connection to the network. */
export interface Connection {
  readonly send: Send;
  /** Ends running exchanges and closes every socket. Never hangs, never rejects. */
  readonly close: () => Promise<void>;
}

/** The errors that are known without a response. */
export type WireErrorCode = Extract<
  ErrorCode,
  'too-large' | 'timeout' | 'reset' | 'refused' | 'unknown-host' | 'certificate' | 'proxy' | 'interrupted'
>;

/** What is known about an exchange that failed. */
export interface WireFailure {
  /** Whether any byte of the request may have left us. */
  readonly sent: boolean;
  readonly detail?: string | undefined;
  /** Host and port of the proxy in between, without credentials. */
  readonly proxy?: string | undefined;
  /** Whether waiting does not help: a malformed setting, a proxy that refuses. */
  readonly lasting?: boolean;
}

/** An exchange without a complete response. Holds no header, no body and no cause. */
export class WireError extends Error {
  readonly code: WireErrorCode;
  readonly sent: boolean;
  readonly detail: string | undefined;
  readonly proxy: string | undefined;
  readonly lasting: boolean;

  constructor(code: WireErrorCode, failure: WireFailure) {
    super(failure.detail === undefined ? code : `${code} (${failure.detail})`);
    this.name = 'WireError';
    this.code = code;
    this.sent = failure.sent;
    this.detail = failure.detail;
    this.proxy = failure.proxy;
    this.lasting = failure.lasting ?? false;
  }
}

/** Turns what ended an exchange into a WireError. `sent` decides first, because the codes alone do not show it. */
export function toWireError(reason: unknown, sent: boolean, proxy: string | undefined): WireError {
  if (reason instanceof WireError) return reason;
  if (reason === 'interrupted' || reason === 'too-large') return new WireError(reason, { sent, proxy });
  if (sent) {
    if (reason === 'timeout') return new WireError('timeout', { sent, proxy });
    if (codeOf(reason) === 'UND_ERR_HEADERS_OVERFLOW')
      return new WireError('too-large', { sent, proxy, detail: 'headers' });
    return new WireError('reset', { sent, proxy, detail: codeOf(reason) });
  }
  if (reason === 'timeout') {
    return new WireError(proxy === undefined ? 'refused' : 'proxy', { sent, proxy, detail: 'no connection in time' });
  }
  return explainUnsent(reason, proxy);
}

function explainUnsent(reason: unknown, proxy: string | undefined): WireError {
  const code = codeOf(reason);
  if (isCertificateCode(code)) {
    return new WireError('certificate', { sent: false, proxy, detail: `${code}: ${messageOf(reason)}` });
  }
  if (proxy !== undefined) {
    const status = /\((\d{3})\)/.exec(messageOf(reason))?.[1];
    const lasting = status?.startsWith('4') ?? false;
    return new WireError('proxy', { sent: false, proxy, detail: status ?? code, lasting });
  }
  const unknownHost = code === 'ENOTFOUND' || code.startsWith('EAI_');
  return new WireError(unknownHost ? 'unknown-host' : 'refused', { sent: false, detail: code });
}

/** The codes of OpenSSL's verification and of Node's TLS. Waiting helps with none of them. */
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
