import { describeRequests, describeSeen, describeTime, isSlower } from './describe.ts';
import type { TableFault } from './faults.ts';
import type { PlayedScene, PlayedStep } from './play-scene.ts';
import type { Scene } from './scenes.ts';

/** A row as it was played. */
export interface Row {
  readonly fault: TableFault;
  readonly played: PlayedScene;
}

const nothing = 'nothing';

/** A scene as a table in Markdown, a row for all faults with the same result. */
export function describeTable(scene: Scene, rows: readonly Row[], fault = 'fault'): string {
  const hasPost = scene.end !== undefined && scene.struck === 'main';
  const step = scene.struck === 'main' ? 'main' : 'the post step';
  const heads = [fault, `what the user sees of ${step}`, 'requests', 'time'];
  const all = [...heads, ...(hasPost ? ['what the user sees of the post step', 'requests'] : []), 'left on the page'];
  const groups = new Map<string, string[]>();
  for (const {
    fault: { name },
    played,
  } of rows) {
    const cells = describeCells(scene, played, hasPost).join(' | ');
    groups.set(cells, [...(groups.get(cells) ?? []), name]);
  }
  const lines = [...groups].map(([cells, names]) => `| ${names.join('<br>')} | ${cells} |`);
  const head = [`| ${all.join(' | ')} |`, `|${' --- |'.repeat(all.length)}`];
  return [headingOf(scene), '', ...head, ...lines].join('\n');
}

function describeCells(scene: Scene, played: PlayedScene, hasPost: boolean): readonly string[] {
  const { post, left } = played;
  const met = stepThatMet(scene, played);
  const after = hasPost && post !== undefined ? [describeSeen(post), describeRequests(post.requests)] : [];
  return [
    describeSeen(met),
    describeRequests(met.requests),
    describeTime(met.tookMs),
    ...after,
    left.length === 0 ? nothing : left.join('<br>'),
  ];
}

function headingOf({ operation, title }: Scene): string {
  return `### \`${operation}\`: ${title}`;
}

function stepThatMet({ struck }: Scene, { main, post }: PlayedScene): PlayedStep {
  return struck === 'main' || post === undefined ? main : post;
}

/** Whether a row took longer than the table of an earlier document says. */
export function isSlowerThanIn(document: string, scene: Scene, { fault, played }: Row): boolean {
  const [, rest = ''] = document.split(`${headingOf(scene)}\n`);
  const [table = ''] = rest.split(/^(?:#|<!--)/m);
  const rows = table.split('\n').map((line) => line.slice(2).split(' | '));
  const cells = rows.find(([names = '']) => names.split('<br>').includes(fault.name));
  return isSlower(stepThatMet(scene, played).tookMs, cells?.[3]);
}
