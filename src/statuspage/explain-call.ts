import { adviseToStoreKey, type Background, consoleUrl, type Explanation } from '../domain/errors.ts';
import { describePage, describeVisible } from '../domain/page.ts';
import { describeScope } from '../domain/scope.ts';
import { list } from '../domain/text.ts';
import { describeDuration, secondMs } from '../domain/time.ts';
import { explainForbidden } from './explain-forbidden.ts';
import { type Call, describeAnswer, type FailedCall, subjectOf } from './failed-call.ts';

/** What happened to a failed call, and what to do about it. */
export function explainCall(error: FailedCall, background: Background): Explanation {
  const { call, host, status } = error;
  const { nameOf } = background;
  const network = `Check ${nameOf('api-url')}, and the network and proxy settings of the machine.`;
  const answered = describeAnswer(error);
  const waited = describeTries(error);
  switch (error.code) {
    case 'unauthorized':
      return {
        happened: `StatusPage.me refused the API key (${answered})`,
        todo:
          'The key was revoked or mistyped, or its plan has no API access. ' +
          `Create a key at ${consoleUrl} (plans Pro, Growth, Business, Enterprise) and ${adviseToStoreKey(background)}.`,
        causeFirst: true,
      };
    case 'forbidden':
      return explainForbidden(error, background);
    case 'blocked':
      return {
        happened: `something in front of the API refused the request (${answered})`,
        todo:
          'A firewall, a proxy or a CDN answered instead of StatusPage.me, so this says nothing about the API key. ' +
          `Try again later. If it stays, ask those who run your network, or the support of ${host}.`,
      };
    case 'not-found':
      return explainNotFound(call, background, answered);
    case 'invalid':
      return explainInvalid(error);
    case 'client':
      return explainRefusal(error, background);
    case 'redirect':
      return {
        happened: `${host} redirects to ${error.location ?? 'nowhere'} (HTTP ${status}), and the API key is not sent to another address`,
        todo: `Set ${nameOf('api-url')} to the address of the API itself.`,
      };
    case 'rate-limited':
      return {
        happened: `there were too many requests (${answered})${waited}${describeAskedWait(error)}`,
        todo: 'Try again later, or start fewer deployments at the same moment.',
      };
    case 'server':
      return {
        happened: `${host} answered with an error (${answered})${waited}${describeAskedWait(error)}`,
        todo: patience,
      };
    case 'unreadable':
      return {
        happened: `the response of ${host} has an unknown form (${answered})`,
        todo: `Check that ${nameOf('api-url')} is the address of the API. If it is, run "npm run contract" in the repository of statuspage-me and report what it prints.`,
      };
    case 'too-large':
      return explainTooLarge(error);
    case 'timeout':
      return { happened: `${host} did not answer in time${waited}`, todo: patience };
    case 'reset':
      return {
        happened: `${host} closed the connection before the response was complete (${error.detail ?? 'reset'})${waited}`,
        todo: patience,
      };
    case 'refused':
      return {
        happened: `${host} could not be reached${describeProxy(error)}: ${error.detail ?? 'no connection'}${waited}`,
        todo: network,
      };
    case 'unknown-host':
      return {
        happened: `the host name ${host} is unknown${describeProxy(error)} (${error.detail ?? 'no address'})`,
        todo: network,
      };
    case 'certificate':
      return {
        happened: `${host} could not prove its identity${describeProxy(error)}: ${error.detail ?? 'its certificate is not trusted'}`,
        todo: `${adviseOnCertificate(error.detail ?? '', background)} The API key was not sent.`,
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
      return { happened: 'the run was interrupted', todo: 'Run it again to do the rest.' };
    case 'out-of-time':
      return { happened: 'earlier requests used up the time for it', todo: patience };
  }
}

const patience = 'You need not change anything. Try again later.';

/** The refusals that the documentation does not list. */
function explainRefusal(error: FailedCall, { nameOf }: Background): Explanation {
  const answered = describeAnswer(error);
  switch (error.status) {
    case 402:
      return {
        happened: `StatusPage.me asks for a payment (${answered})`,
        todo: `Check the plan and the payments of the account at ${consoleUrl}.`,
      };
    case 409:
      if (namesSentTime(error)) return explainInvalid(error);
      return {
        happened: `the request is in conflict with what is on the page (${answered})`,
        todo: 'Look at the page: another job or a person may have changed it at the same moment. Then try again.',
      };
    case 413:
      return {
        happened: `the request is too large for StatusPage.me (${answered})`,
        todo: `Shorten ${nameOf('title')} and ${nameOf('message')}.`,
      };
    default:
      return {
        happened: `StatusPage.me refused ${error.call.method} ${pathOf(error.call)} (${answered})`,
        todo: `Check ${nameOf('api-url')} and the inputs.`,
      };
  }
}

function explainInvalid(error: FailedCall): Explanation {
  return { happened: `StatusPage.me refused the request (${describeAnswer(error)})`, todo: adviseOnFields(error.call) };
}

/** Whether the server's own words are about a time that was sent, so that nobody need have changed the page. */
function namesSentTime({ call, serverMessage = '' }: FailedCall): boolean {
  return Object.keys(call.body ?? {}).some((field) => field.endsWith('_at') && serverMessage.includes(field));
}

function adviseOnFields({ body }: Call): string {
  const fields = list(Object.keys(body ?? {}));
  return fields === '' ? 'Check the inputs.' : `The request had the fields ${fields}. Check the inputs behind them.`;
}

function explainTooLarge({ call, host, detail }: FailedCall): Explanation {
  if (detail === 'headers') {
    return {
      happened: `the response of ${host} has more than 16 KiB of headers`,
      todo: 'Check what is between you and the API: a proxy or a CDN may add headers or cookies.',
    };
  }
  if (!call.path.includes('?status_page_id=')) {
    return { happened: `the response of ${host} is too large to be read`, todo: patience };
  }
  return {
    happened: `the list of the page's ${call.path.startsWith('/incidents') ? 'incidents' : 'windows'} is too long to be read`,
    todo: 'Delete old ones. The API can only list them all.',
  };
}

/** By the code of OpenSSL or Node at the beginning of what was seen. */
function adviseOnCertificate(seen: string, { nameOf }: Background): string {
  if (/^CERT_(HAS_EXPIRED|NOT_YET_VALID)/.test(seen)) {
    return 'Check the clock of this machine. If it is right, the server needs a new certificate.';
  }
  if (seen.startsWith('ERR_TLS_CERT_ALTNAME_INVALID')) {
    return `Check ${nameOf('api-url')}: the certificate is for another host.`;
  }
  if (/^(ERR_SSL|EPROTO)/.test(seen)) {
    return `Check the host and the port in ${nameOf('api-url')}, and what is between you and the API.`;
  }
  return 'If a proxy of your company is between you and the API, set NODE_EXTRA_CA_CERTS to its certificate.';
}

/** By the status with which a proxy has answered, if it has. */
function adviseOnProxy(seen: string): string {
  if (seen === '407') {
    return 'It asks for a user and a password. Set them in HTTPS_PROXY (http://user:password@host:port), from a secret.';
  }
  const bypass = 'or name the host in NO_PROXY if it can be reached without it';
  return seen.startsWith('5')
    ? `It could not reach the host itself. Try again later, ${bypass}.`
    : `Correct HTTPS_PROXY in the environment of this process, ${bypass}.`;
}

/** How often it was tried and how long that took, if that says something. */
function describeTries({ attempts = 0, waitedMs = 0 }: FailedCall): string {
  const took = describeDuration(waitedMs);
  if (attempts > 1) return `, after ${attempts} attempts in ${took}`;
  return waitedMs < secondMs ? '' : `, after ${took}`;
}

/** How long the server asked to wait. */
function describeAskedWait({ retryAfterMs }: FailedCall): string {
  return retryAfterMs === undefined ? '' : `, and the server asks to wait ${describeDuration(retryAfterMs)}`;
}

function describeProxy({ proxy }: FailedCall): string {
  return proxy === undefined ? '' : ` through the proxy ${proxy}`;
}

/** The path without its query and without ids: what the scope is about. */
function pathOf({ path }: Call): string {
  return `/${path.split(/[/?]/)[1] ?? ''}`;
}

function explainNotFound(call: Call, { nameOf, page: known, visible }: Background, answered: string): Explanation {
  const subject = subjectOf(call);
  if (subject?.what === 'record') {
    const other = call.path.startsWith('/maintenances') ? 'incident' : 'maintenance';
    return {
      happened: `there is no notice with the id ${subject.id}, or it is not yours (${answered})`,
      todo: `Check ${nameOf('id')} and ${nameOf('kind')}. Did you mean the kind ${other}?`,
    };
  }
  if (subject?.what === 'monitor') {
    return {
      happened: `there is no monitor with the id ${subject.id}, or this key cannot see it (${answered})`,
      todo: `Check ${nameOf('monitors')}: the monitor may have been removed.`,
    };
  }
  if (subject?.what === 'component') {
    return {
      happened: `there is no component with the id ${subject.id}, or this key cannot see it (${answered})`,
      todo: `Check ${nameOf('component-id')}.`,
    };
  }
  const page = known ?? subject;
  if (page === undefined) {
    return {
      happened: `there is nothing at ${call.method} ${pathOf(call)} (${answered})`,
      todo: `Check ${nameOf('api-url')}: it must be the root of the API.`,
    };
  }
  const wanted = describePage(page);
  const seen =
    visible === undefined
      ? `To list the pages that it can see, the key needs the scope ${describeScope('status-pages:read')}`
      : describeVisible(visible, wanted);
  return {
    happened: `the status page ${wanted} does not exist, or this key cannot see it (${answered})`,
    todo: `Check ${nameOf('status-page')}. ${seen}.`,
  };
}
