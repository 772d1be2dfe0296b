import { type Background, consoleUrl, type Explanation } from '../domain/errors.ts';
import type { Exit } from '../domain/exit.ts';
import { describePage, describeVisible } from '../domain/page.ts';
import { describeScope } from '../domain/scope.ts';
import { list } from '../domain/text.ts';
import { describeDuration, secondMs } from '../domain/time.ts';
import { type Call, type ErrorCode, type FailedCall, subjectOf } from './failed-call.ts';

/** A failed call in words, a sentence of its own for each code. */
export function explainCall(error: FailedCall, background: Background): Explanation {
  const { call, host, status } = error;
  const said = error.serverMessage === undefined ? '' : `: "${error.serverMessage}"`;
  const excerpt = error.excerpt === undefined ? '' : `, beginning with "${error.excerpt}"`;
  const waited = describeTries(error);
  switch (error.code) {
    case 'unauthorized':
      return {
        happened: `StatusPage.me refused the API key (401${said}): it was revoked or mistyped, or its plan has no API access`,
        todo: `Make a new key at ${consoleUrl} (plans Pro, Growth, Business, Enterprise) and put it into the secret.`,
      };
    case 'forbidden':
      return {
        happened: `the API key lacks the scope ${call.scope === undefined ? '' : describeScope(call.scope)} for ${call.method} ${pathOf(call)} (403${said})`,
        todo:
          `Make a key with this scope at ${consoleUrl} and put it into the secret.${instead(call)} If the key has the scope: its owner may be ` +
          'only a viewer in the team, or the service may be blocking this key for a while.',
      };
    case 'not-found':
      return explainNotFound(call, background, said);
    case 'invalid':
      return {
        happened: `StatusPage.me refused the request (400${said === '' ? excerpt : said})`,
        todo: `The fields that were sent: ${list(Object.keys(call.body ?? {})) || 'none'}. Check the inputs behind them.`,
      };
    case 'client':
      return {
        happened: `StatusPage.me refused ${call.method} ${pathOf(call)} with the status ${status}${said === '' ? excerpt : said}`,
        todo: 'Check `api-url` and the inputs.',
      };
    case 'redirect':
      return {
        happened: `${host} redirects to ${error.location === undefined ? 'nowhere' : error.location} (${status}); the key is not sent to another address`,
        todo: 'Set `api-url` to the address of the API itself.',
      };
    case 'rate-limited':
      return {
        happened: `there were too many requests (429)${waited}`,
        todo: 'The limit is shared with everybody who uses this key: use a key per repository, or fewer deployments at the same moment.',
      };
    case 'server':
      return {
        happened: `the service is in trouble: ${host} answered ${status}${said === '' ? excerpt : said}${waited}`,
        todo: patience,
      };
    case 'unreadable':
      return {
        happened: `the service is in trouble: the answer of ${host} (${status}) could not be read${excerpt}`,
        todo: patience,
      };
    case 'too-large':
      return call.path.includes('?status_page_id=')
        ? {
            happened: `the list of the page's ${call.path.startsWith('/incidents') ? 'incidents' : 'windows'} is too long to be read`,
            todo: tooMany,
          }
        : { happened: `the service is in trouble: the answer of ${host} was too large to be read`, todo: patience };
    case 'timeout':
      return { happened: `${host} did not answer in time${waited}`, todo: patience };
    case 'reset':
      return {
        happened: `${host} broke the connection off before its answer was whole (${error.detail ?? 'reset'})${waited}`,
        todo: patience,
      };
    case 'refused':
      return {
        happened: `${host} could not be reached${describeProxy(error)}: ${error.detail ?? 'no connection'}${waited}`,
        todo: network,
      };
    case 'unknown-host':
      return {
        happened: `the name ${host} is not known${describeProxy(error)} (${error.detail ?? 'no address'})`,
        todo: network,
      };
    case 'certificate':
      return {
        happened: `${host} could not prove who it is${describeProxy(error)}: ${error.detail ?? 'its certificate is not trusted'}`,
        todo: `${adviseOnCertificate(error.detail ?? '')} The key was not sent.`,
      };
    case 'proxy':
      return {
        happened:
          error.proxy === undefined
            ? `nothing could be sent to ${host}: ${error.detail ?? 'there is no usable proxy'}`
            : `the proxy ${error.proxy} did not let the request to ${host} pass: ${error.detail ?? 'refused'}`,
        todo: adviseOnProxy(error.detail ?? ''),
      };
    case 'interrupted':
      return { happened: 'it was told to stop', todo: 'Run it again for what was not done.' };
    case 'out-of-time':
      return { happened: 'the time for it was used up by earlier requests', todo: patience };
  }
}

const patience = 'Nothing in the workflow has to be changed; try again later.';
const tooMany = 'Delete old ones: the API has no other way to find a record than the whole list.';
const network = 'Check `api-url`, and the network and the proxy settings of the machine.';

/** By the code of OpenSSL or Node at the beginning of what was seen. */
function adviseOnCertificate(seen: string): string {
  if (/^CERT_(HAS_EXPIRED|NOT_YET_VALID)/.test(seen)) {
    return 'Look whether the clock of the runner is right; if it is, only a new certificate helps.';
  }
  if (seen.startsWith('ERR_TLS_CERT_ALTNAME_INVALID')) return 'Check `api-url`: the certificate is for another host.';
  if (/^(ERR_SSL|EPROTO)/.test(seen)) return 'Check the host and the port of `api-url`, and what stands in between.';
  return 'If a proxy of your company stands in between, set NODE_EXTRA_CA_CERTS to its certificate.';
}

/** By the status with which a proxy has answered, if it has. */
function adviseOnProxy(seen: string): string {
  if (seen === '407') {
    return 'It asks for a user and a password: write them into HTTPS_PROXY (http://user:password@host:port), from a secret.';
  }
  const bypass = 'or name the host in NO_PROXY if it can be reached without it';
  return seen.startsWith('5')
    ? `It could not reach the host itself. Try again later, ${bypass}.`
    : `Correct HTTPS_PROXY in the environment of the job, ${bypass}.`;
}

/** How often it was tried and how long that took, where that says something. */
function describeTries({ attempts = 0, waitedMs = 0 }: FailedCall): string {
  const took = describeDuration(waitedMs);
  if (attempts > 1) return `, after ${attempts} attempts in ${took}`;
  return waitedMs < secondMs ? '' : `, after ${took}`;
}

/** A way without the scope: a page's UUID needs no look-up. */
function instead({ method, path }: Call): string {
  return method === 'GET' && path === '/status-pages'
    ? ' Or give `status-page` as a UUID, which needs no look-up.'
    : '';
}

function describeProxy({ proxy }: FailedCall): string {
  return proxy === undefined ? '' : ` through the proxy ${proxy}`;
}

/** The path without its query and without ids: what the scope is about. */
function pathOf({ path }: Call): string {
  return `/${path.split(/[/?]/)[1] ?? ''}`;
}

function explainNotFound(call: Call, { page: known, visible }: Background, said: string): Explanation {
  const subject = subjectOf(call);
  if (subject?.what === 'record') {
    const other = call.path.startsWith('/maintenances') ? 'incident' : 'maintenance';
    return {
      happened: `there is no record with the id ${subject.id}, or it is not yours (404${said})`,
      todo: `Check \`id\`, and \`kind\`: did you mean \`kind: ${other}\`?`,
    };
  }
  if (subject?.what === 'monitor') {
    return {
      happened: `there is no monitor with the id ${subject.id}, or this key does not see it (404${said})`,
      todo: 'Check `monitors`: somebody may have removed it.',
    };
  }
  const page = known ?? subject;
  if (page === undefined) {
    return {
      happened: `there is nothing at ${call.method} ${pathOf(call)} (404${said})`,
      todo: 'Check `api-url`: it must be the root of the API.',
    };
  }
  const wanted = describePage(page);
  const seen =
    visible === undefined
      ? `The pages that it sees could not be listed, which takes the scope ${describeScope('status-pages:read')}`
      : describeVisible(visible, wanted);
  return {
    happened: `the status page ${wanted} does not exist, or this key does not see it (404${said})`,
    todo: `Check \`status-page\`. ${seen}.`,
  };
}

/** How a command exits because of a failed call. */
export function exitOfCode(code: ErrorCode): Exit {
  switch (code) {
    case 'unauthorized':
      return 'key-refused';
    case 'forbidden':
      return 'scope-missing';
    case 'not-found':
    case 'rate-limited':
    case 'interrupted':
      return code;
    case 'invalid':
    case 'client':
    case 'redirect':
      return 'failed';
    case 'server':
    case 'unreadable':
    case 'too-large':
    case 'timeout':
    case 'reset':
    case 'refused':
    case 'unknown-host':
    case 'certificate':
    case 'proxy':
    case 'out-of-time':
      return 'unreachable';
  }
}
