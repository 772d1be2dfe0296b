import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { UncertainCreateError } from '../../src/deployment/create-once.ts';
import { UnlocatedError } from '../../src/deployment/find.ts';
import { DuplicateError } from '../../src/deployment/settle.ts';
import { TimesRefusedError } from '../../src/deployment/times.ts';
import { isFixable, MissingKeyError, UserError } from '../../src/domain/errors.ts';
import type { Scope } from '../../src/domain/scope.ts';
import { describeFailure } from '../../src/messages/failure.ts';
import type { Call, ErrorCode, FailedCall } from '../../src/statuspage/failed-call.ts';
import { acme, apiError, beta } from './samples.ts';

const patience = 'Nothing in the workflow has to be changed; try again later.';
const network = 'Check `api-url`, and the network and the proxy settings of the machine.';

const company = 'If a proxy of your company stands in between, set NODE_EXTRA_CA_CERTS to its certificate.';
const unsent = 'The key was not sent.';
const proxySetting =
  'Correct HTTPS_PROXY in the environment of the job, or name the host in NO_PROXY if it can be reached without it.';
const told = ({ detail }: { readonly detail: string }): readonly [Partial<FailedCall>, string] => [
  { detail },
  `statuspage.me could not prove who it is: ${detail} — ${company} ${unsent}`,
];

/** Every trouble with what else is known of it, and the sentence that it becomes. */
const sentences: Readonly<Record<ErrorCode, readonly (readonly [Partial<FailedCall>, string])[]>> = {
  invalid: [
    [
      { status: 400, serverMessage: 'end_at must be after start_at' },
      'StatusPage.me refused the request (400: "end_at must be after start_at") — ' +
        'The fields that were sent: status_page_id and title. Check the inputs behind them.',
    ],
    [
      { status: 400, excerpt: 'Bad' },
      'StatusPage.me refused the request (400, beginning with "Bad") — ' +
        'The fields that were sent: status_page_id and title. Check the inputs behind them.',
    ],
    [
      { status: 400, call: { method: 'GET', path: '/incidents', scope: 'incidents:read', body: undefined } },
      'StatusPage.me refused the request (400) — The fields that were sent: none. Check the inputs behind them.',
    ],
  ],
  unauthorized: [
    [
      { status: 401, serverMessage: 'Invalid API key' },
      'StatusPage.me refused the API key (401: "Invalid API key"): it was revoked or mistyped, or its plan has no API access — ' +
        'Make a new key at https://statuspage.me/user/api-console (plans Pro, Growth, Business, Enterprise) and put it into the secret.',
    ],
  ],
  forbidden: [
    [
      { status: 403, serverMessage: 'Insufficient scope' },
      'the API key lacks the scope `maintenances:write` for POST /maintenances (403: "Insufficient scope") — ' +
        'Make a key with this scope at https://statuspage.me/user/api-console and put it into the secret. ' +
        'If the key has the scope: its owner may be only a viewer in the team, or the service may be blocking this key for a while.',
    ],
  ],
  'not-found': [
    [
      { status: 404 },
      'there is nothing at POST /maintenances (404) — Check `api-url`: it must be the root of the API.',
    ],
  ],
  client: [
    [
      { status: 409, serverMessage: 'Conflict' },
      'StatusPage.me refused POST /maintenances with the status 409: "Conflict" — Check `api-url` and the inputs.',
    ],
  ],
  redirect: [
    [
      { status: 302, location: 'https://login.example/' },
      'statuspage.me redirects to https://login.example/ (302); the key is not sent to another address — ' +
        'Set `api-url` to the address of the API itself.',
    ],
    [
      { status: 304 },
      'statuspage.me redirects to nowhere (304); the key is not sent to another address — ' +
        'Set `api-url` to the address of the API itself.',
    ],
  ],
  'rate-limited': [
    [
      { status: 429, waitedMs: 12_000, attempts: 3 },
      'there were too many requests (429), after 3 attempts in 12 s — ' +
        'The limit is shared with everybody who uses this key: use a key per repository, or fewer deployments at the same moment.',
    ],
  ],
  server: [
    [
      { status: 502, excerpt: '<html>Bad gateway', waitedMs: 3_000 },
      `the service is in trouble: statuspage.me answered 502, beginning with "<html>Bad gateway", after 3 s — ${patience}`,
    ],
    [
      { status: 500, serverMessage: 'Oops', waitedMs: 0, attempts: 2 },
      `the service is in trouble: statuspage.me answered 500: "Oops", after 2 attempts in 0 s — ${patience}`,
    ],
  ],
  unreadable: [
    [
      { status: 200, excerpt: 'hello' },
      `the service is in trouble: the answer of statuspage.me (200) could not be read, beginning with "hello" — ${patience}`,
    ],
  ],
  'too-large': [
    [{ status: 200 }, `the service is in trouble: the answer of statuspage.me was too large to be read — ${patience}`],
  ],
  timeout: [[{ waitedMs: 10_000 }, `statuspage.me did not answer in time, after 10 s — ${patience}`]],
  reset: [
    [
      { detail: 'ECONNRESET', waitedMs: 1_000 },
      `statuspage.me broke the connection off before its answer was whole (ECONNRESET), after 1 s — ${patience}`,
    ],
    [{}, `statuspage.me broke the connection off before its answer was whole (reset) — ${patience}`],
  ],
  refused: [
    [
      { detail: 'ECONNREFUSED', waitedMs: 2_000 },
      `statuspage.me could not be reached: ECONNREFUSED, after 2 s — ${network}`,
    ],
    [
      { proxy: 'proxy.example:8080' },
      `statuspage.me could not be reached through the proxy proxy.example:8080: no connection — ${network}`,
    ],
  ],
  'unknown-host': [
    [{ detail: 'ENOTFOUND' }, `the name statuspage.me is not known (ENOTFOUND) — ${network}`],
    [
      { proxy: 'proxy.example:8080' },
      `the name statuspage.me is not known through the proxy proxy.example:8080 (no address) — ${network}`,
    ],
  ],
  certificate: [
    ...['self-signed certificate', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE: unable to verify'].map((detail) =>
      told({ detail }),
    ),
    [{}, `statuspage.me could not prove who it is: its certificate is not trusted — ${company} ${unsent}`],
    [
      { detail: 'CERT_HAS_EXPIRED: certificate has expired' },
      'statuspage.me could not prove who it is: CERT_HAS_EXPIRED: certificate has expired — ' +
        `Look whether the clock of the runner is right; if it is, only a new certificate helps. ${unsent}`,
    ],
    [
      { detail: 'ERR_TLS_CERT_ALTNAME_INVALID: Hostname does not match' },
      'statuspage.me could not prove who it is: ERR_TLS_CERT_ALTNAME_INVALID: Hostname does not match — ' +
        `Check \`api-url\`: the certificate is for another host. ${unsent}`,
    ],
    [
      { detail: 'ERR_SSL_WRONG_VERSION_NUMBER: wrong version number' },
      'statuspage.me could not prove who it is: ERR_SSL_WRONG_VERSION_NUMBER: wrong version number — ' +
        `Check the host and the port of \`api-url\`, and what stands in between. ${unsent}`,
    ],
  ],
  proxy: [
    [
      { proxy: 'proxy.example:8080', detail: '407' },
      'the proxy proxy.example:8080 did not let the request to statuspage.me pass: 407 — ' +
        'It asks for a user and a password: write them into HTTPS_PROXY (http://user:password@host:port), from a secret.',
    ],
    [
      { proxy: 'proxy.example:8080', detail: '502' },
      'the proxy proxy.example:8080 did not let the request to statuspage.me pass: 502 — ' +
        'It could not reach the host itself. Try again later, or name the host in NO_PROXY if it can be reached without it.',
    ],
    ...['403', 'ECONNREFUSED'].map((detail): readonly [Partial<FailedCall>, string] => [
      { proxy: 'proxy.example:8080', detail },
      `the proxy proxy.example:8080 did not let the request to statuspage.me pass: ${detail} — ${proxySetting}`,
    ]),
    [{}, `nothing could be sent to statuspage.me: there is no usable proxy — ${proxySetting}`],
    [
      { detail: 'the proxy setting is not an address' },
      `nothing could be sent to statuspage.me: the proxy setting is not an address — ${proxySetting}`,
    ],
  ],
  interrupted: [[{}, 'it was told to stop — Run it again for what was not done.']],
  'out-of-time': [[{}, `the time for it was used up by earlier requests — ${patience}`]],
};

const troubles = Object.keys(sentences) as ErrorCode[];
const each = troubles.flatMap((kind) => sentences[kind].map(([more, sentence]) => ({ kind, more, sentence })));

describe('a failed call', () => {
  test.each(each)('is told by what was done, what happened and what to do: $kind $more', ({ kind, more, sentence }) => {
    expect(describeFailure('Opening the window', apiError(kind, more))).toBe(`Opening the window — ${sentence}`);
  });

  test.each([
    ['maintenances', 'windows'],
    ['incidents', 'incidents'],
  ])('to a list of %s that is too long says what is to be done about it', (list, what) => {
    const call = { method: 'GET', path: `/${list}?status_page_id=p`, scope: undefined, body: undefined } as const;
    expect(describeFailure('Opening the window', apiError('too-large', { call }))).toBe(
      `Opening the window — the list of the page's ${what} is too long to be read — ` +
        'Delete old ones: the API has no other way to find a record than the whole list.',
    );
  });

  test('has a sentence of its own for each trouble', () => {
    const happened = troubles.map((kind) => describeFailure('', apiError(kind)).split(' — ')[1]);
    expect(new Set(happened).size).toBe(troubles.length);
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
  const told = (call: Partial<Call>) =>
    describeFailure(
      'Looking',
      apiError('forbidden', { status: 403, call: { ...apiError('forbidden').call, ...call } }),
    );

  test.each(scopes)('%s is the one that is named', (scope) => {
    expect(told({ scope })).toContain(`lacks the scope \`${scope}\` for POST /maintenances (403)`);
  });

  test('is named in both spellings where there are two', () => {
    expect(told({ method: 'GET', path: '/status-pages', scope: 'status-pages:read' })).toContain(
      'lacks the scope `status-pages:read` (also written `status_pages:read`) for GET /status-pages (403)',
    );
  });

  test('is told without the query and the id of the call', () => {
    expect(told({ path: '/incidents?status_page_id=p1&limit=200' })).toContain('for POST /incidents (403)');
    expect(told({ path: '/incidents/7/updates' })).toContain('for POST /incidents (403)');
    expect(told({ path: '' })).toContain('for POST / (403)');
  });

  test('that nobody has named is told without a name', () => {
    expect(told({ scope: undefined })).toContain('the API key lacks the scope for POST /maintenances (403)');
  });
});

describe('what is not found', () => {
  const missing = (path: string) => {
    const call = { method: 'PATCH', path, scope: 'maintenances:write', body: {} } as const;
    return apiError('not-found', { status: 404, serverMessage: 'Not found', call });
  };

  test('is a record, told with its id and the other kind', () => {
    expect(describeFailure('Ending', missing('/maintenances/42'))).toBe(
      'Ending — there is no record with the id 42, or it is not yours (404: "Not found") — ' +
        'Check `id`, and `kind`: did you mean `kind: incident`?',
    );
    expect(describeFailure('Resolving', missing('/incidents/a%2Fb/updates'))).toBe(
      'Resolving — there is no record with the id a/b, or it is not yours (404: "Not found") — ' +
        'Check `id`, and `kind`: did you mean `kind: maintenance`?',
    );
  });

  test('is a page, told with those that the key sees, the nearest first', () => {
    const page = { id: 'p9', slug: 'bete' };
    expect(describeFailure('Opening', missing('/maintenances'), { page, visible: [acme, beta] })).toBe(
      'Opening — the status page bete does not exist, or this key does not see it (404: "Not found") — ' +
        'Check `status-page`. This key sees "Beta" (beta, p2), "Acme" (acme, p1).',
    );
  });

  test('is a page, told with the scope that listing them takes where they could not be listed', () => {
    expect(describeFailure('Opening', missing('/maintenances'), { page: acme })).toBe(
      'Opening — the status page Acme does not exist, or this key does not see it (404: "Not found") — Check `status-page`. ' +
        'The pages that it sees could not be listed, which takes the scope `status-pages:read` (also written `status_pages:read`).',
    );
  });

  test('is a monitor, told with its id and no kind', () => {
    expect(describeFailure('Reading', missing('/monitors/4/availability?period=30d'))).toBe(
      'Reading — there is no monitor with the id 4, or this key does not see it (404: "Not found") — ' +
        'Check `monitors`: somebody may have removed it.',
    );
  });

  test('is a page that was asked for by itself, told like one whose list was', () => {
    const visible = [acme];
    expect(describeFailure('Reading', missing('/status-pages/p1'), { visible })).toMatch(
      /^Reading — the status page p1 does not exist, .* — Check `status-page`\. This key sees "Acme" \(acme, p1\)\.$/,
    );
    expect(describeFailure('Reading', missing('/status-pages/p9'), { page: beta, visible })).toContain(
      'page Beta does',
    );
  });

  test('is a page, told that the key sees none', () => {
    expect(describeFailure('Opening', missing('/maintenances'), { page: acme, visible: [] })).toMatch(
      / — Check `status-page`\. This key sees no page at all\.$/,
    );
  });
});

test.each([
  [600_000, 'after'],
  [-600_000, 'before'],
])('times that the server refused are told with how far off they are: %d', (lateMs, where) => {
  expect(describeFailure('Setting', new TimesRefusedError(lateMs, apiError('invalid', { status: 400 })))).toBe(
    'Setting — StatusPage.me refused the request (400); ' +
      `the window was opened, and begins and ends 10 min ${where} it should by the clock of statuspage.me — ` +
      'Set the clock of the runner right.',
  );
});

test('two openers that could not agree are told of, with what to look for', () => {
  expect(describeFailure('Agreeing', new DuplicateError('incident', undefined, apiError('timeout')))).toBe(
    'Agreeing — it could not be found out whether another job has opened one in the same moment: statuspage.me did not answer in time — ' +
      'Look at the page; where two incidents of this deployment are open, end the one that was opened later.',
  );
  expect(describeFailure('Agreeing', new DuplicateError('maintenance', '7', apiError('timeout')))).toBe(
    'Agreeing — another job has opened one in the same moment, and the window that this one had opened (id 7) may still be there: ' +
      'statuspage.me did not answer in time — Look at the page, and delete it by hand if it is there.',
  );
  expect(isFixable(new DuplicateError('incident', '7', apiError('forbidden')))).toBe(false);
});

describe('a record that may exist', () => {
  test('is told with what to look for', () => {
    expect(
      describeFailure('Opening', new UncertainCreateError('maintenance', 'r1-abc', apiError('timeout'), 'unclear')),
    ).toBe(
      'Opening — statuspage.me did not answer in time, after the request had been sent; the window may exist all the same — ' +
        'So that there are never two, it was not sent once more. Look on the page for "Ref: r1-abc" in its message, and end it by hand if it is not wanted.',
    );
    expect(
      describeFailure('Opening', new UncertainCreateError('incident', undefined, apiError('reset'), 'unclear')),
    ).toMatch(/the incident may exist all the same — .+ Look on the page for the newest one, and end it by hand/);
  });

  test('is not called missing where the last look did not find it', () => {
    expect(
      describeFailure('Opening', new UncertainCreateError('incident', 'r1-abc', apiError('timeout'), 'absent')),
    ).toBe(
      'Opening — statuspage.me did not answer in time, after the request had been sent; ' +
        'the incident was not on the page when last looked for, and may come yet — ' +
        'Look on the page later for "Ref: r1-abc" in its message, and end it by hand if it is not wanted.',
    );
  });

  test.each([
    ['absent', 'was not there when last looked for, and may come yet'],
    ['unclear', 'may stand there all the same'],
  ] as const)('as an entry of a timeline is told likewise: %s', (lastLook, where) => {
    expect(
      describeFailure('Resolving', new UncertainCreateError('entry', undefined, apiError('timeout'), lastLook)),
    ).toBe(
      `Resolving — statuspage.me did not answer in time, after the request had been sent; the entry ${where} — ` +
        'Look at the timeline of the incident, and add by hand what is missing.',
    );
  });

  test('and cannot be found is told to be looked for', () => {
    expect(describeFailure('Ending', new UnlocatedError('there is no marker to look for'))).toBe(
      'Ending — it may be on the page, and this could not be found out: there is no marker to look for — ' +
        'Look at the page, and end it by hand if it is there.',
    );
  });
});

test('a missing key is told with where keys come from and why a secret may be empty', () => {
  expect(describeFailure('Opening a notice', new MissingKeyError('runner'))).toBe(
    'Opening a notice — there is no API key: the input `api-key` is empty — ' +
      'Make a key at https://statuspage.me/user/api-console and store it as a secret. If it is stored: a reusable workflow gets it by ' +
      '`secrets: inherit`, a secret of an environment needs `environment:` in the job, and a mistyped name gives an empty text.',
  );
});

test('a mistake of the user is told as it is, line by line', () => {
  expect(describeFailure('Running', new UserError('Reading\nduration: wrong\n::error::x'))).toBe(
    'Reading\nduration: wrong\n: :error::x',
  );
});

describe('anything else that is thrown', () => {
  const report = 'This is a mistake of statuspage-me: please report it, with the log of a run with debug logging.';

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
    expect(describeFailure('Running the step', thrown)).toBe(
      `Running the step — something unexpected happened: ${text} — ${report}`,
    );
  });

  test('always becomes one line without commands', () => {
    fc.assert(
      fc.property(fc.anything(), fc.string({ unit: 'binary' }), (thrown, doing) => {
        const text = describeFailure(doing, thrown);
        expect(text).not.toMatch(/[\r\n\u2028\u2029]|^::|##\[/);
        expect(text).toContain(report);
      }),
    );
  });
});

test('what the server says is made harmless', () => {
  const said = 'No\n::error::x\r##[warning]y\u202ez';
  for (const kind of troubles) {
    const text = describeFailure(
      'D',
      apiError(kind, { status: 1, serverMessage: said, excerpt: said, location: said, detail: said }),
    );
    expect(text).not.toMatch(/[\r\n\u202e]|##\[/);
  }
});

describe('what can be mended in the repository', () => {
  test('is a wrong key, scope, request, page or address; the rest is the trouble of others', () => {
    expect(troubles.filter((kind) => isFixable(apiError(kind)))).toEqual([
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
    expect(isFixable(new TimesRefusedError(60_000, apiError('invalid')))).toBe(false);
  });

  test('is a missing key, a mistake of the user, and a mistake of ours', () => {
    expect(
      [new MissingKeyError('runner'), new UserError('m'), new TypeError('m'), 'text', undefined].every(isFixable),
    ).toBe(true);
  });
});

test('errors have names that tell them apart in a debug log', () => {
  expect(new MissingKeyError('runner').name).toBe('MissingKeyError');
});
