import { adviseToStoreKey, type Background, consoleUrl, type Explanation } from '../../domain/errors.ts';
import type { MessageTitle } from '../../domain/message-title.ts';
import { describePage, type Page } from '../../domain/page.ts';
import { describeScope, type Grants, nothingKnown, type Scope, scopes } from '../../domain/scope.ts';
import { list } from '../../domain/text.ts';
import { type NameOf, nameInWorkflow } from '../../inputs/flags.ts';
import { operationNames } from '../../inputs/inputs.ts';
import { describeFailure, error, type Message, result, titleOf, warning } from '../../messages/message.ts';
import type { Outputs } from '../../messages/outputs.ts';
import { describeKind } from '../../messages/record.ts';
import { forLog, forMarkdownBlock } from '../../messages/sanitize.ts';
import { alignColumns, drawTable } from '../../messages/summary.ts';
import { type KeyCheck, type KeyJudgement, listScopeNeeds, type RequiredScope, type ScopeNeed } from './judge.ts';

/** The outputs of a check; without one, nothing is known. */
export function toCheckOutputs(check?: KeyCheck): Outputs {
  const { grants = nothingKnown, pages = [] } = check ?? {};
  return { scopes: grants, pages };
}

const scopeHead = ['Scope', 'This key', 'Needed by', 'At times by'];
const pagesScope: Scope = 'status-pages:read';
const operationHead = ['Operation', 'Smallest set of scopes', 'At times also'];

/** What was found out, in lines of a log: the scopes, the smallest sets, and for each page the line to paste. */
export function describeCheckLines(
  { grants, pages }: KeyCheck,
  { unchecked }: KeyJudgement,
  nameOf: NameOf,
): readonly Message[] {
  const uses = scopes.map((scope) => [scope, grants[scope], describeMainUse(scope)]);
  const lines = [
    // Without the last column it fits a terminal. The second table shows the same.
    ...alignColumns([scopeHead.slice(0, -1), ...uses]),
    '',
    ...alignColumns([operationHead, ...listScopeNeeds().flatMap(splitScopes)]),
    'At times: to end what earlier runs left, in a re-run, with a deployment-key,',
    'and if an input asks for more. For a page given by slug or name, every',
    `operation also needs ${pagesScope}.`,
    '',
    describePages(pages, grants, unchecked),
    ...(pages ?? []).map((page) => lineToPaste(page, nameOf)),
  ];
  return lines.map(result);
}

/** The same as Markdown for the summary. */
export function describeCheckTables({ grants, pages }: KeyCheck, judgement: KeyJudgement): string {
  const { unchecked } = judgement;
  const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ');
  const uses = scopes.map((scope) => [inCode(describeScope(scope)), ...describeUse(scope, grants)]);
  const needs = listScopeNeeds().map((need) => describeScopes(need, code));
  const unread = describeUnread(judgement);
  return [
    ...(unread === undefined ? [] : [inCode(unread)]),
    drawTable([scopeHead, ...uses]),
    'At times: to end what earlier runs left, in a re-run, with a `deployment-key`, for a page given by slug or name, and if an input asks for more.',
    drawTable([operationHead, ...needs]),
    describePages(pages, grants, unchecked),
    ...(pages === undefined || pages.length === 0 ? [] : renderPages(pages)),
  ].join('\n\n');
}

/** A text with its scopes as code. */
function inCode(text: string): string {
  return text.replaceAll(/[\w-]+:\w+/g, '`$&`');
}

/** The runner drops a summary of more than 1 MiB, so the pages get half of that. */
const mostPageBytes = 512 * 1024;

function renderPages(pages: readonly Page[]): readonly string[] {
  const lines: string[] = [];
  let bytes = 0;
  for (const page of pages) {
    const line = lineToPaste(page, nameInWorkflow);
    bytes += Buffer.byteLength(forMarkdownBlock(line));
    if (bytes > mostPageBytes) break;
    lines.push(line);
  }
  const left = pages.length - lines.length;
  const cut = `Too long to show: ${left} more. The log of this step and the output \`pages\` have all ${pages.length}.`;
  return [forMarkdownBlock(lines.join('\n')), ...(left === 0 ? [] : [cut])];
}

/** What the check means: a message for each thing that the user has to do. `fails` says whether it is an error, by whether the user can fix it. */
export function describeJudgement(
  judgement: KeyJudgement,
  fails: (fixable: boolean) => boolean,
  background: Background,
): readonly Message[] {
  const { missing, unclear, cause, unseen, tooStrong } = judgement;
  const messages: Message[] = [];
  const add = (isError: boolean, title: MessageTitle, { happened, todo }: Explanation) => {
    messages.push((isError ? error : warning)(title, forLog(`${happened}. ${todo}`)));
  };
  if (missing.length > 0) {
    add(fails(true), 'missing scope', {
      happened: `The API key does not have ${list(missing.map((need) => describeNeed(need, background)))}`,
      todo:
        `Create a key at ${consoleUrl} with ${scopesToChoose(judgement)}. Then ${adviseToStoreKey(background)}.${insteadOf(missing, background)} ` +
        'If the key already has them, its owner may only be a viewer of the page, or StatusPage.me may be blocking the key for a while.',
    });
  }
  if (unclear.length > 0) {
    const why = cause === undefined ? '' : `: ${cause.explain(background).happened}`;
    add(fails(false), 'unknown scope', {
      happened: `Could not find out whether the API key has ${list(unclear.map((need) => describeNeed(need, background)))}${why}`,
      todo: `Compare the scopes of the key at ${consoleUrl} with this list.`,
    });
  }
  if (unseen !== undefined)
    messages.push(error(titleOf(unseen), describeFailure('see every page', unseen, background)));
  if (tooStrong) {
    add(false, 'too many scopes', {
      happened: 'The API key works, but it has every scope, like every key that was created without choosing any',
      todo: `Create one at ${consoleUrl} with ${scopesToChoose(judgement)}. Then revoke this one.${describeLesser(judgement)}`,
    });
  }
  return messages;
}

/** A way without the scope: a page that is given by UUID needs no search. */
function insteadOf(missing: readonly RequiredScope[], { nameOf }: Background): string {
  if (!missing.some(({ by }) => by.join() === 'status-page')) return '';
  return ` Or give the UUID of the page in ${nameOf('status-page')}, which needs no scope.`;
}

/** What to choose in the console. A scope that was named before is not explained again. */
function scopesToChoose({ advised, missing }: KeyJudgement): string {
  if (advised.length === 0) return 'only the scopes of its operations';
  const all = advised.map((scope) => (missing.some((one) => one.scope === scope) ? scope : describeScope(scope)));
  return `${all.length === 1 ? 'this scope' : 'these scopes'}: ${list(all)}`;
}

/** The smaller set that works too, with what it loses. */
function describeLesser({ needed, advised }: KeyJudgement): string {
  const more = advised.filter((scope) => needed.every((one) => one.scope !== scope));
  return more.length === 0 ? '' : ` Without ${list(more)} it works too, but ${losses}.`;
}

/** What a key lacks that may write and not read; undefined if nothing, or if a message says which key to create. */
export function describeUnread({ unread, missing, tooStrong }: KeyJudgement): string | undefined {
  if (unread.length === 0 || missing.length > 0 || tooStrong) return undefined;
  return `Without ${list(unread)}, ${losses}.`;
}

const losses = 'a later run does not end what a failed run left, and deployment keys do not work';

/** The heading of the summary of a check. */
export function describeCheckVerdict({ needed, advised, unread, missing, ...rest }: KeyJudgement): string {
  const { unclear, unseen, tooStrong } = rest;
  if (missing.length > 0) return `The key does not have ${names(missing)}`;
  if (unclear.length > 0) return `Unknown whether the key has ${names(unclear)}`;
  if (unseen !== undefined) return 'The key cannot see every page that was named';
  if (tooStrong) return 'The key works, but it has every scope';
  if (advised.some((scope) => unread.includes(scope))) {
    return `The key works with the smallest set of scopes: ${names(needed)}`;
  }
  return needed.length === 0 ? 'The key works' : `The key works and has every required scope: ${names(needed)}`;
}

function names(needed: readonly RequiredScope[]): string {
  return list(needed.map(({ scope }) => describeScope(scope)));
}

/** A scope with what asks for it, and with its other spelling if it has one. */
function describeNeed({ scope, by }: RequiredScope, { nameOf }: Background): string {
  const asking = by.map((one) => (one === 'require' || one === 'status-page' ? nameOf(one) : one));
  const otherSpelling = /\((.+)\)$/.exec(describeScope(scope))?.[1];
  return `${scope} (for ${[list(asking), otherSpelling].filter(Boolean).join('; ')})`;
}

function describeUse(scope: Scope, grants: Grants): readonly string[] {
  return [grants[scope], namesOf(scope, 'scopes'), namesOf(scope, 'atTimes')];
}

/** The operations that need a scope; if none always does, those that need it at times. */
function describeMainUse(scope: Scope): string {
  const always = namesOf(scope, 'scopes');
  const atTimes = namesOf(scope, 'atTimes');
  if (atTimes === '–') return always;
  if (always !== '–') return `${always}; others at times`;
  return `at times: ${atTimes.split(', ').length === operationNames.length ? 'every operation' : atTimes}`;
}

/** The operations that need a scope, without a kind: which one it is the scope says. */
function namesOf(scope: Scope, way: 'scopes' | 'atTimes'): string {
  const needs = listScopeNeeds().filter((need) => need[way].includes(scope));
  return [...new Set(needs.map(({ operation }) => operation))].join(', ') || '–';
}

function describeScopes(need: ScopeNeed, write: (names: readonly string[]) => string): readonly string[] {
  const { operation, kind, scopes: always, atTimes } = need;
  const name = kind === undefined ? operation : `${operation} (${describeKind(kind)})`;
  return [name, always.length === 0 ? 'any' : write(always), write(atTimes)];
}

/** The same as rows for a terminal, one scope below the other. What every operation needs at times is said once, below them. */
function splitScopes({ atTimes, ...need }: ScopeNeed): readonly (readonly string[])[] {
  const own = { ...need, atTimes: atTimes.filter((scope) => scope !== pagesScope) };
  const columns = describeScopes(own, (names) => names.join('\n') || '–').map((cell) => cell.split('\n'));
  const height = Math.max(...columns.map(({ length }) => length));
  return Array.from({ length: height }, (_, at) => columns.map((column) => column[at] ?? ''));
}

function describePages(pages: readonly Page[] | undefined, grants: Grants, unchecked: readonly string[]): string {
  if (pages === undefined && unchecked.length > 0) {
    const why =
      grants['status-pages:read'] === 'unknown'
        ? 'could not be listed'
        : 'cannot be listed without the scope status-pages:read';
    return (
      `Not checked whether the key sees ${list(unchecked)}, because status pages ${why}. ` +
      'A notice on a page given by UUID works without that. The first deployment shows whether the UUID is right.'
    );
  }
  if (pages === undefined && grants['status-pages:read'] === 'unknown') return 'The status pages could not be listed.';
  if (pages === undefined)
    return 'The key may not list status pages, so none can be shown. With the scope status-pages:read it can.';
  if (pages.length === 0) return 'The key sees no status page.';
  const count = pages.length === 1 ? 'one status page' : `${pages.length} status pages`;
  return `The key sees ${count}. To copy:`;
}

function lineToPaste(page: Page, nameOf: NameOf): string {
  return forLog(`${nameOf('status-page', page.id)} # ${describePage(page)}`);
}
