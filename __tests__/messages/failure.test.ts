import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { UncertainCreateError } from '../../src/deployment/create-once.ts';
import { UnlocatedError } from '../../src/deployment/find.ts';
import { DuplicateError } from '../../src/deployment/settle.ts';
import { TimesKeptError } from '../../src/deployment/times.ts';
import { type Background, isFixable, MissingKeyError, UserError } from '../../src/domain/errors.ts';
import type { Scope } from '../../src/domain/scope.ts';
import { nameInWorkflow, nameOfFlag } from '../../src/inputs/flags.ts';
import { describeFailure as describeThrown } from '../../src/messages/message.ts';
import { isUnknownPage } from '../../src/statuspage/errors.ts';
import type { Call, ErrorCode, FailedCall } from '../../src/statuspage/failed-call.ts';
import { anyText } from '../support/nasty.ts';
import { acme, apiError, beta } from './samples.ts';

const describeFailure = (doing: string, thrown: unknown, background: Partial<Background> = {}) =>
  describeThrown(doing, thrown, { nameOf: nameInWorkflow, ...background });

const patience = 'You need not change anything. Try again later.';
const network = 'Check api-url, and the network and proxy settings of the machine.';

const company = 'If a proxy of your company is between you and the API, set NODE_EXTRA_CA_CERTS to its certificate.';
const unsent = 'The API key was not sent.';
const proxySetting =
  'Correct HTTPS_PROXY in the environment of this process, or name the host in NO_PROXY if it can be reached without it.';
const fields = 'The request had the fields status_page_id and title. Check the inputs behind them.';
const console = 'https://statuspage.me/user/api-console';
const untrusted = ({ detail }: { readonly detail: string }): readonly [Partial<FailedCall>, string] => [
  { detail },
  `statuspage.me could not prove its identity: ${detail}. ${company} ${unsent}`,
];

/** Every code with what else is known, and the sentence that it becomes. */
const sentences: Readonly<Record<ErrorCode, readonly (readonly [Partial<FailedCall>, string])[]>> = {
  invalid: [
    [
      { status: 400, serverMessage: 'end_at must be after start_at' },
      `StatusPage.me refused the request (HTTP 400, "end_at must be after start_at"). ${fields}`,
    ],
    [{ status: 422, excerpt: 'Bad' }, `StatusPage.me refused the request (HTTP 422, "Bad"). ${fields}`],
    [
      { status: 400, call: { method: 'GET', path: '/incidents', scope: 'incidents:read', body: undefined } },
      'StatusPage.me refused the request (HTTP 400). Check the inputs.',
    ],
  ],
  unauthorized: [
    [
      { status: 401, serverMessage: 'Invalid API key' },
      'StatusPage.me refused the API key (HTTP 401, "Invalid API key"). The key was revoked or mistyped, or its plan has no API access. ' +
        `Create a key at ${console} (plans Pro, Growth, Business, Enterprise) and update the secret.`,
    ],
  ],
  forbidden: [
    [
      { status: 403, serverMessage: 'Insufficient scope' },
      'StatusPage.me refused it (HTTP 403, "Insufficient scope"), most likely because the API key does not have the scope maintenances:write. ' +
        `Create a key with that scope at ${console} and update the secret. ` +
        'If the key already has it, its owner may only be a viewer of this page, the plan may have no API access, ' +
        'or StatusPage.me may be blocking the key for a while.',
    ],
    [
      { status: 403, serverMessage: 'API access is not available on your plan' },
      'StatusPage.me refused it (HTTP 403, "API access is not available on your plan"), most likely because of the plan of the key\'s owner. ' +
        `Check the plan at ${console}: the API needs Pro, Growth, Business or Enterprise. ` +
        'If the plan is right, check that the key has the scope maintenances:write.',
    ],
    [
      { status: 403, serverMessage: 'Temporarily blocked' },
      'StatusPage.me refused it (HTTP 403, "Temporarily blocked"), most likely because it is blocking this key or address for a while. ' +
        `Try again later, with fewer requests. If it stays, check at ${console} that the key has the scope maintenances:write.`,
    ],
    [
      { status: 403, serverMessage: 'Viewers may not write' },
      'StatusPage.me refused it (HTTP 403, "Viewers may not write"), most likely because of the role of the key\'s owner in the team. ' +
        `Make its owner an editor, or use the key of an editor. If the role is right, check at ${console} that the key has the scope maintenances:write.`,
    ],
  ],
  blocked: [
    [
      { status: 403, excerpt: 'Attention Required! | Cloudflare' },
      'something in front of the API refused the request (HTTP 403, "Attention Required! | Cloudflare"). ' +
        'A firewall, a proxy or a CDN answered instead of StatusPage.me, so this says nothing about the API key. ' +
        'Try again later. If it stays, ask those who run your network, or the support of statuspage.me.',
    ],
  ],
  'not-found': [
    [
      { status: 404 },
      'there is nothing at POST /maintenances (HTTP 404). Check api-url: it must be the root of the API.',
    ],
    [
      {
        status: 404,
        call: {
          method: 'GET',
          path: '/incidents?status_page_id=p1&limit=200',
          scope: 'incidents:read',
          body: undefined,
        },
      },
      'the status page p1 does not exist, or this key cannot see it (HTTP 404). Check status-page. ' +
        'To list the pages that it can see, the key needs the scope status-pages:read (also written status_pages:read).',
    ],
  ],
  client: [
    [
      { status: 402, serverMessage: 'Payment required' },
      `StatusPage.me asks for a payment (HTTP 402, "Payment required"). Check the plan and the payments of the account at ${console}.`,
    ],
    [
      { status: 409, serverMessage: 'Conflict' },
      'the request is in conflict with what is on the page (HTTP 409, "Conflict"). ' +
        'Look at the page: another job or a person may have changed it at the same moment. Then try again.',
    ],
    [
      {
        status: 409,
        serverMessage: 'end_at must not be in the past',
        call: { method: 'PATCH', path: '/maintenances/1', scope: 'maintenances:write', body: { end_at: '' } },
      },
      'StatusPage.me refused the request (HTTP 409, "end_at must not be in the past"). ' +
        'The request had the fields end_at. Check the inputs behind them.',
    ],
    [{ status: 413 }, 'the request is too large for StatusPage.me (HTTP 413). Shorten title and message.'],
    [{ status: 405 }, 'StatusPage.me refused POST /maintenances (HTTP 405). Check api-url and the inputs.'],
  ],
  redirect: [
    [
      { status: 302, location: 'https://login.example/' },
      'statuspage.me redirects to https://login.example/ (HTTP 302), and the API key is not sent to another address. ' +
        'Set api-url to the address of the API itself.',
    ],
    [
      { status: 304 },
      'statuspage.me redirects to nowhere (HTTP 304), and the API key is not sent to another address. ' +
        'Set api-url to the address of the API itself.',
    ],
  ],
  'rate-limited': [
    [
      { status: 429, waitedMs: 12_000, attempts: 3 },
      'there were too many requests (HTTP 429), after 3 attempts in 12 s. ' +
        'Try again later, or start fewer deployments at the same moment.',
    ],
    [
      { status: 429, serverMessage: 'Slow down', retryAfterMs: 60_000 },
      'there were too many requests (HTTP 429, "Slow down"), and the server asks to wait 1 min. ' +
        'Try again later, or start fewer deployments at the same moment.',
    ],
  ],
  server: [
    [
      { status: 502, excerpt: 'Bad gateway', waitedMs: 3_000 },
      `statuspage.me answered with an error (HTTP 502, "Bad gateway"), after 3 s. ${patience}`,
    ],
    [
      { status: 503, serverMessage: 'Oops', waitedMs: 0, attempts: 2, retryAfterMs: 30_000 },
      `statuspage.me answered with an error (HTTP 503, "Oops"), after 2 attempts in 0 s, and the server asks to wait 30 s. ${patience}`,
    ],
  ],
  unreadable: [
    [
      { status: 200, excerpt: 'hello' },
      'the response of statuspage.me has an unknown form (HTTP 200, "hello"). Check that api-url is the address of the API. ' +
        'If it is, run "npm run contract" in the repository of statuspage-me and report what it prints.',
    ],
  ],
  'too-large': [
    [{ status: 200 }, `the response of statuspage.me is too large to be read. ${patience}`],
    [
      { detail: 'headers' },
      'the response of statuspage.me has more than 16 KiB of headers. ' +
        'Check what is between you and the API: a proxy or a CDN may add headers or cookies.',
    ],
  ],
  timeout: [[{ waitedMs: 10_000 }, `statuspage.me did not answer in time, after 10 s. ${patience}`]],
  reset: [
    [
      { detail: 'ECONNRESET', waitedMs: 1_000 },
      `statuspage.me closed the connection before the response was complete (ECONNRESET), after 1 s. ${patience}`,
    ],
    [{}, `statuspage.me closed the connection before the response was complete (reset). ${patience}`],
  ],
  refused: [
    [
      { detail: 'ECONNREFUSED', waitedMs: 2_000 },
      `statuspage.me could not be reached: ECONNREFUSED, after 2 s. ${network}`,
    ],
    [
      { proxy: 'proxy.example:8080' },
      `statuspage.me could not be reached through the proxy proxy.example:8080: no connection. ${network}`,
    ],
  ],
  'unknown-host': [
    [{ detail: 'ENOTFOUND' }, `the host name statuspage.me is unknown (ENOTFOUND). ${network}`],
    [
      { proxy: 'proxy.example:8080' },
      `the host name statuspage.me is unknown through the proxy proxy.example:8080 (no address). ${network}`,
    ],
  ],
  certificate: [
    ...['self-signed certificate', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE: unable to verify'].map((detail) =>
      untrusted({ detail }),
    ),
    [{}, `statuspage.me could not prove its identity: its certificate is not trusted. ${company} ${unsent}`],
    [
      { detail: 'CERT_HAS_EXPIRED: certificate has expired' },
      'statuspage.me could not prove its identity: CERT_HAS_EXPIRED: certificate has expired. ' +
        `Check the clock of this machine. If it is right, the server needs a new certificate. ${unsent}`,
    ],
    [
      { detail: 'ERR_TLS_CERT_ALTNAME_INVALID: Hostname does not match' },
      'statuspage.me could not prove its identity: ERR_TLS_CERT_ALTNAME_INVALID: Hostname does not match. ' +
        `Check api-url: the certificate is for another host. ${unsent}`,
    ],
    [
      { detail: 'ERR_SSL_WRONG_VERSION_NUMBER: wrong version number' },
      'statuspage.me could not prove its identity: ERR_SSL_WRONG_VERSION_NUMBER: wrong version number. ' +
        `Check the host and the port in api-url, and what is between you and the API. ${unsent}`,
    ],
  ],
  proxy: [
    [
      { proxy: 'proxy.example:8080', detail: '407' },
      'the proxy proxy.example:8080 did not let the request to statuspage.me pass: 407. ' +
        'It asks for a user and a password. Set them in HTTPS_PROXY (http://user:password@host:port), from a secret.',
    ],
    [
      { proxy: 'proxy.example:8080', detail: '502' },
      'the proxy proxy.example:8080 did not let the request to statuspage.me pass: 502. ' +
        'It could not reach the host itself. Try again later, or name the host in NO_PROXY if it can be reached without it.',
    ],
    ...['403', 'ECONNREFUSED'].map((detail): readonly [Partial<FailedCall>, string] => [
      { proxy: 'proxy.example:8080', detail },
      `the proxy proxy.example:8080 did not let the request to statuspage.me pass: ${detail}. ${proxySetting}`,
    ]),
    [{}, `nothing could be sent to statuspage.me: there is no usable proxy. ${proxySetting}`],
    [
      { detail: 'the proxy setting is not an address' },
      `nothing could be sent to statuspage.me: the proxy setting is not an address. ${proxySetting}`,
    ],
  ],
  interrupted: [[{}, 'the run was interrupted. Run it again to do the rest.']],
  'out-of-time': [[{}, `earlier requests used up the time for it. ${patience}`]],
};

const failures = Object.keys(sentences) as ErrorCode[];
const each = failures.flatMap((kind) => sentences[kind].map(([more, sentence]) => ({ kind, more, sentence })));

describe('a failed call', () => {
  test.each(each)('says what was done, what happened and what to do: $kind $more', ({ kind, more, sentence }) => {
    const [happened = '', ...todo] = sentence.split(/(?<=\(HTTP 401[^)]*\)\.)/);
    // Nothing works with a refused key, so that comes before what failed.
    const text =
      kind === 'unauthorized'
        ? `${happened} Could not open the window.${todo.join('')}`
        : `Could not open the window: ${sentence}`;
    expect(describeFailure('open the window', apiError(kind, more))).toBe(text);
  });

  test.each([
    ['maintenances', 'windows'],
    ['incidents', 'incidents'],
  ])('to a list of %s that is too long says what is to be done about it', (list, what) => {
    const call = { method: 'GET', path: `/${list}?status_page_id=p`, scope: undefined, body: undefined } as const;
    expect(describeFailure('open the window', apiError('too-large', { call }))).toBe(
      `Could not open the window: the list of the page's ${what} is too long to be read. ` +
        'Delete old ones. The API can only list them all.',
    );
  });

  test.each(Object.entries(sentences))('names inputs as the host does: %s', (code, cases) => {
    for (const [more] of cases) {
      const error = apiError(code as ErrorCode, more);
      const text = describeFailure('open it', error, { nameOf: (name) => `<${name}>` });
      expect(text.replace(/<[a-z-]+>/g, '')).not.toMatch(/api-url|status-page\b|Shorten \w/);
    }
  });

  test('names flags on a command line', () => {
    const error = apiError('redirect', { status: 302, location: 'https://x.example' });
    expect(describeFailure('open it', error, { nameOf: nameOfFlag })).toMatch(
      / Set --api-url to the address of the API/,
    );
  });

  test('has a sentence of its own for each code', () => {
    const happened = failures.map((kind) => describeFailure('', apiError(kind)));
    expect(new Set(happened).size).toBe(failures.length);
  });
});

describe('a missing scope', () => {
  const scopes: readonly Scope[] = [
    'monitors:read',
    'incidents:read',
    'incidents:write',
    'maintenances:read',
    'maintenances:write',
    'analytics:read',
  ];
  const explained = (call: Partial<Call>) =>
    describeFailure('search', apiError('forbidden', { status: 403, call: { ...apiError('forbidden').call, ...call } }));

  test.each(scopes)('%s is the one that is named', (scope) => {
    expect(explained({ scope })).toContain(`the API key does not have the scope ${scope}.`);
  });

  test('is named in both spellings if there are two, with a way that does not need it', () => {
    expect(explained({ method: 'GET', path: '/status-pages', scope: 'status-pages:read' })).toMatch(
      /the scope status-pages:read \(also written status_pages:read\). .* Or give the UUID of the page in status-page, which needs no search\./,
    );
  });

  test('that nobody has named is explained without a name', () => {
    expect(explained({ scope: undefined })).toContain('does not have the scope for it. ');
  });
});

describe('the words of a 403', () => {
  const happened = (serverMessage: string) =>
    apiError('forbidden', { status: 403, serverMessage })
      .explain({ nameOf: nameInWorkflow })
      .happened.split(', most likely ')[1];

  test.each([
    ['API key lacks required scope', /scope/],
    ['Insufficient permissions', /scope/],
    ['Forbidden', /scope/],
    ['Your team plan does not include the API', /plan/],
    ['Please upgrade to Pro', /plan/],
    ['Too many requests, key suspended', /blocking/],
    ['This account has been disabled', /blocking/],
    ['You must be an editor of this page', /role/],
    ['Not a member of the team', /role/],
  ])('decide which cause is named first: %s', (words, cause) => {
    expect(happened(words)).toMatch(cause);
    if (cause.source !== 'scope') expect(happened(words)).not.toMatch(/scope/);
  });
});

describe('what is not found', () => {
  const missing = (path: string) => {
    const call = { method: 'PATCH', path, scope: 'maintenances:write', body: {} } as const;
    return apiError('not-found', { status: 404, serverMessage: 'Not found', call });
  };

  test('is a record, explained with its id and the other kind', () => {
    expect(describeFailure('end', missing('/maintenances/42'))).toBe(
      'Could not end: there is no notice with the id 42, or it is not yours (HTTP 404, "Not found"). ' +
        'Check id and kind. Did you mean the kind incident?',
    );
    expect(describeFailure('resolve', missing('/incidents/a%2Fb/updates'))).toBe(
      'Could not resolve: there is no notice with the id a/b, or it is not yours (HTTP 404, "Not found"). ' +
        'Check id and kind. Did you mean the kind maintenance?',
    );
  });

  test('is a page, explained with those that the key sees', () => {
    const page = { id: 'p9', slug: 'bete' };
    expect(describeFailure('open', missing('/maintenances'), { page, visible: [acme, beta] })).toBe(
      'Could not open: the status page bete does not exist, or this key cannot see it (HTTP 404, "Not found"). ' +
        'Check status-page. This key sees "Acme" (acme, p1), "Beta" (beta, p2).',
    );
  });

  test('is a page, explained with the scope that listing them takes if they could not be listed', () => {
    expect(describeFailure('open', missing('/maintenances'), { page: acme })).toBe(
      'Could not open: the status page Acme does not exist, or this key cannot see it (HTTP 404, "Not found"). Check status-page. ' +
        'To list the pages that it can see, the key needs the scope status-pages:read (also written status_pages:read).',
    );
  });

  test('is a monitor, explained with its id and no kind', () => {
    expect(describeFailure('read', missing('/monitors/4/availability?period=30d'))).toBe(
      'Could not read: there is no monitor with the id 4, or this key cannot see it (HTTP 404, "Not found"). ' +
        'Check monitors: the monitor may have been removed.',
    );
  });

  test('is a component, which an incident names instead of its page', () => {
    const call: Call = { method: 'POST', path: '/incidents', scope: 'incidents:write', body: { component_id: 'c7' } };
    const error = apiError('not-found', { status: 404, serverMessage: 'Not found', call });
    expect(isUnknownPage(error)).toBe(false);
    expect(describeFailure('open', error, { page: acme })).toBe(
      'Could not open: there is no component with the id c7, or this key cannot see it (HTTP 404, "Not found"). Check component-id.',
    );
  });

  test('is a page that was asked for by itself, described like one whose list was', () => {
    const visible = [acme];
    expect(describeFailure('read', missing('/status-pages/p1'), { visible })).toMatch(
      /^Could not read: the status page p1 does not exist, .*. Check status-page\. This key sees "Acme" \(acme, p1\)\.$/,
    );
    expect(describeFailure('read', missing('/status-pages/p9'), { page: beta, visible })).toContain('page Beta does');
  });

  test('is a page, with the remark that the key sees none', () => {
    expect(describeFailure('open', missing('/maintenances'), { page: acme, visible: [] })).toMatch(
      /. Check status-page\. This key sees no page at all\.$/,
    );
  });
});

test.each([
  [600_000, 'after'],
  [-600_000, 'before'],
])('times that the server refused are explained with how far off they are: %d', (lateMs, where) => {
  expect(describeFailure('set', new TimesKeptError(lateMs, apiError('invalid', { status: 400 })))).toBe(
    'Could not set: StatusPage.me refused the request (HTTP 400). ' +
      `The window is open, but by the clock of statuspage.me it begins and ends 10 min ${where} the intended times. ` +
      'Correct the clock of this machine.',
  );
});

test('two openers that could not agree are named, with what to check', () => {
  expect(describeFailure('agree', new DuplicateError('incident', undefined, apiError('timeout')))).toBe(
    'Could not agree: another job may have opened one at the same moment, and searching the page failed: statuspage.me did not answer in time. ' +
      'Check the page. If two incidents of this deployment are open, end the newer one.',
  );
  expect(describeFailure('agree', new DuplicateError('maintenance', '7', apiError('timeout')))).toBe(
    'Could not agree: another job opened one at the same moment, and the window that this job opened (id 7) may still be there: ' +
      'statuspage.me did not answer in time. Check the page, and delete it if it is there.',
  );
  expect(isFixable(new DuplicateError('incident', '7', apiError('forbidden')))).toBe(false);
});

describe('a record that may exist', () => {
  test('is explained with what to search for', () => {
    expect(
      describeFailure('open', new UncertainCreateError('maintenance', 'r1-abc', apiError('timeout'), 'unclear')),
    ).toBe(
      'Could not open: statuspage.me did not answer in time, after the request had been sent. The window may exist. ' +
        'It was not sent again, so that there are never two. Check the page for "Ref: r1-abc" in its message, and end it if you do not want it.',
    );
    expect(
      describeFailure('open', new UncertainCreateError('incident', undefined, apiError('reset'), 'unclear')),
    ).toMatch(/The incident may exist\. .+ Check the page for the newest one, and end it/);
  });

  test('is not called missing if the last search did not find it', () => {
    expect(describeFailure('open', new UncertainCreateError('incident', 'r1-abc', apiError('timeout'), 'absent'))).toBe(
      'Could not open: statuspage.me did not answer in time, after the request had been sent. ' +
        'The last search did not find the incident, but it may still appear. ' +
        'Check the page later for "Ref: r1-abc" in its message, and end it if you do not want it.',
    );
  });

  test.each([
    ['absent', 'The last search did not find the entry, but it may still appear'],
    ['unclear', 'The entry may exist'],
  ] as const)('as an entry of a timeline is told likewise: %s', (lastSearch, where) => {
    expect(
      describeFailure('resolve', new UncertainCreateError('entry', undefined, apiError('timeout'), lastSearch)),
    ).toBe(
      `Could not resolve: statuspage.me did not answer in time, after the request had been sent. ${where}. ` +
        'Check the timeline of the incident, and add what is missing.',
    );
  });

  test('that cannot be found asks the reader to check the page', () => {
    expect(describeFailure('end', new UnlocatedError('there is no marker to look for'))).toBe(
      'Could not end: it may be on the page, but searching the page failed: there is no marker to look for. ' +
        'Check the page, and end it manually if it is there.',
    );
  });
});

test('a missing key is explained with where keys come from and why a secret may be empty', () => {
  expect(describeFailure('open a notice', new MissingKeyError('runner'))).toBe(
    'Could not open a notice: there is no API key: the input api-key is empty. ' +
      'Create a key at https://statuspage.me/user/api-console and store it as a secret. If it is stored: a reusable workflow gets it by ' +
      'secrets: inherit, a secret of an environment needs environment: in the job, and a mistyped name gives an empty text.',
  );
});

test('a mistake of the user is printed as it is, line by line', () => {
  expect(describeFailure('run', new UserError('invalid input', 'Reading\nduration: wrong\n::error::x'))).toBe(
    'Reading\nduration: wrong\n: :error::x',
  );
});

describe('anything else that is thrown', () => {
  const report = 'This is a bug in statuspage-me. Please report it, with the log of a run with debug logging.';

  test.each([
    [new TypeError('x is not a function'), 'TypeError: x is not a function'],
    ['a string', 'a string'],
    [undefined, 'undefined'],
    [null, 'a thrown object'],
    [42, '42'],
    [Symbol('s'), 'Symbol(s)'],
    [{ apiKey: 'spk_secret' }, 'a thrown object'],
    [Object.create(null), 'a thrown object'],
    [() => 'spk_secret', 'a thrown function'],
  ])('is told as unexpected: %p', (thrown, text) => {
    expect(describeFailure('run the step', thrown)).toBe(
      `Could not run the step: something unexpected happened: ${text}. ${report}`,
    );
  });

  test('always becomes one line without commands', () => {
    fc.assert(
      fc.property(fc.anything(), anyText, (thrown, doing) => {
        const text = describeFailure(doing, thrown);
        expect(text).not.toMatch(/[\r\n\u2028\u2029]|^::|##\[/);
        expect(text).toContain(report);
      }),
    );
  });
});

test('what the server says is made harmless', () => {
  const said = 'No\n::error::x\r##[warning]y\u202ez';
  for (const kind of failures) {
    const text = describeFailure(
      'D',
      apiError(kind, { status: 1, serverMessage: said, excerpt: said, location: said, detail: said }),
    );
    expect(text).not.toMatch(/[\r\n\u202e]|##\[/);
  }
});

describe('what can be fixed in the repository', () => {
  test('is a wrong key, scope, request, page or address; the rest is not', () => {
    expect(failures.filter((kind) => isFixable(apiError(kind)))).toEqual([
      'invalid',
      'unauthorized',
      'forbidden',
      'not-found',
      'client',
      'redirect',
    ]);
  });

  test('is not a record in doubt', () => {
    expect(isFixable(new UncertainCreateError('incident', 'm', apiError('timeout'), 'absent'))).toBe(false);
    expect(isFixable(new UnlocatedError('m'))).toBe(false);
  });

  test('is not a clock that is off', () => {
    expect(isFixable(new TimesKeptError(60_000, apiError('invalid')))).toBe(false);
  });

  test('is a missing key, a mistake of the user, and a mistake of ours', () => {
    expect(
      [new MissingKeyError('runner'), new UserError('invalid input', 'm'), new TypeError('m'), 'text', undefined].every(
        isFixable,
      ),
    ).toBe(true);
  });
});

test('errors have names that tell them apart in a debug log', () => {
  expect(new MissingKeyError('runner').name).toBe('MissingKeyError');
});
