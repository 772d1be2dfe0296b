import type { Finding, Watched } from './gate.ts';
import type { Monitor } from './monitor.ts';
import type { Page } from './page.ts';

/** The monitors of a page as far as they could be seen. */
export interface PageMonitors {
  readonly page: Page;
  readonly monitors: readonly Monitor[];
  /** False where there may be others. */
  readonly whole: boolean;
}

/** The monitors whose uptime counts, and what is to be said of the others. */
export interface ChosenMonitors {
  readonly watched: readonly Watched[];
  readonly findings: readonly Finding[];
}

/**
 * The monitors that names mean: by id, then by name regardless of case, where a name that several bear means all of them; without names all
 * monitors of the pages. One that is missing or disabled is neither up nor down, and is named.
 */
export function chooseMonitors(names: readonly string[] | undefined, seen: readonly PageMonitors[]): ChosenMonitors {
  const all = seen.flatMap(({ page, monitors }) => monitors.map((monitor): Watched => ({ page, monitor })));
  const findings: Finding[] = [];
  const chosen = new Set<Watched>();
  for (const name of names ?? []) {
    const found = matchMonitors(name, all);
    for (const one of found) chosen.add(one);
    const pages = seen.map(({ page }) => page);
    if (found.length === 0) findings.push({ seen: 'unmeasured', pages, name, why: 'missing' });
  }
  if (names === undefined) {
    for (const one of all) chosen.add(one);
    for (const { page, monitors, whole } of seen) {
      if (!whole) findings.push({ seen: 'in-part', page, test: 'uptime' });
      else if (monitors.length === 0) findings.push({ seen: 'no-monitors', page });
    }
  }
  const isDisabled = ({ monitor }: Watched) => monitor.enabled === false;
  const disabled = [...chosen].filter(isDisabled).map(
    ({ page, monitor }): Finding => ({
      seen: 'unmeasured',
      pages: [page],
      name: monitor.name ?? monitor.id,
      why: 'disabled',
    }),
  );
  return { watched: [...chosen].filter((one) => !isDisabled(one)), findings: [...findings, ...disabled] };
}

function matchMonitors(name: string, all: readonly Watched[]): readonly Watched[] {
  const byId = all.filter(({ monitor }) => monitor.id === name);
  return byId.length > 0 ? byId : all.filter(({ monitor }) => monitor.name?.toLowerCase() === name.toLowerCase());
}
