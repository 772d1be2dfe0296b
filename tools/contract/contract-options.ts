import { parseArgs } from 'node:util';
import { isLoopback } from '../../src/statuspage/network.ts';

/** What a run of the contract is asked for. */
export interface ContractOptions {
  readonly apiUrl: URL;
  readonly apiKey: string;
  readonly page: string;
  readonly componentId: string | undefined;
  readonly json: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

const liveApi = 'https://statuspage.me/user/api/v1';

/** What `--help` prints. */
export const contractHelp = `Checks on one of your status pages what this project had to assume about StatusPage.me.

  npm run contract -- --page <slug or UUID> [options]

  --page <name>       the status page: slug, UUID or name
  --yes               confirm that it may write to a host that is not this machine
  --component <id>    also try an incident on this component
  --api-url <url>     default: STATUSPAGE_ME_API_URL, or ${liveApi}
  --json              print the table as JSON
  --help              show this text

The API key is read from STATUSPAGE_ME_API_KEY. A key without some scopes shows less, but also something that a full
key cannot show: how the service answers if a scope is missing.

It creates three maintenance windows (two half a year ahead, one now) and two incidents (three with --component),
each titled "Contract test, please ignore". Visitors may see the incidents and the present window for some seconds, so
use a page that nobody watches. Nobody is notified. It deletes everything again, also after Ctrl-C or an error. If a
run was killed, the next one deletes what it left. Do not run two at once on one page.

Exit codes: 0 everything is as assumed (or could not be checked), 1 something differs, 2 wrong usage, 3 the run could
not start or something is left on the page, 130 interrupted.
`;

/** Reads the command line and the environment; Gives undefined for `--help`. Throws an Error if they are wrong. */
export function parseContractOptions(args: readonly string[], environment: Environment): ContractOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      page: { type: 'string' },
      'api-url': { type: 'string' },
      component: { type: 'string' },
      yes: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const apiKey = environment.STATUSPAGE_ME_API_KEY ?? '';
  if (!/^spk_[!-~]+$/.test(apiKey)) throw new TypeError('STATUSPAGE_ME_API_KEY: expected an API key, spk_…');
  const apiUrl = parseApiUrl(values['api-url'] ?? (environment.STATUSPAGE_ME_API_URL || liveApi));
  const page = values.page?.trim() ?? '';
  if (page === '') throw new TypeError('--page: expected the slug or the UUID of a status page');
  if (!isLoopback(apiUrl) && !values.yes)
    throw new TypeError(`This writes to ${apiUrl.host}, where visitors may see it: add --yes. See --help.`);
  return { apiUrl, apiKey, page, componentId: values.component, json: values.json };
}

function parseApiUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !(url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))))
    throw new TypeError(`--api-url: expected an https address; got "${text}"`);
  return url;
}
