import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyAction, type Folder, makeFolder, readFiles } from '../support/act.ts';
import { testWithEngine } from '../support/engine.ts';
import { actionInReadme } from '../support/recipes.ts';
import { forms, nameOfRun, repositoryOf } from '../support/workflows.ts';
import { type Piece, type Rehearsal, rehearse, type Setting } from './rehearsal.ts';

/** Plays a workflow by act, in both ways of naming the action. */
export function workflow(
  name: string,
  sentence: string,
  setting: Setting,
  play: (rehearsal: Rehearsal) => Promise<void>,
): void {
  for (const form of forms) {
    const title = nameOfRun(name, form);
    playPiece(
      `${title}: ${sentence}`,
      { name: title, event: 'push', files: () => repositoryOf(name, form) },
      setting,
      play,
    );
  }
}

/** Plays a reusable workflow of this repository by act, as it stands there. */
export function reusableWorkflow(
  name: string,
  sentence: string,
  setting: Setting,
  play: (rehearsal: Rehearsal) => Promise<void>,
): void {
  const files = () => readFiles(`.github/workflows/${name}`);
  playPiece(`${name}: ${sentence}`, { name, event: 'workflow_dispatch', files }, setting, play);
}

/** Plays a workflow by act, with the action of this repository under its published name. */
export function playPiece(
  title: string,
  piece: Omit<Piece, 'actions'>,
  setting: Setting,
  play: (rehearsal: Rehearsal) => Promise<void>,
): void {
  const body = async (act: string) => {
    const action = copyAction();
    const checkout = placeCheckout(action.dir);
    try {
      const actions = { [actionInReadme]: action.dir, [checkoutInUse]: checkout.dir };
      await rehearse(act, { ...piece, actions }, setting, play);
    } finally {
      action.remove();
      checkout.remove();
    }
  };
  testWithEngine('act', title, body, 90_000);
}

/** The pinned checkout of the reusable workflows. */
const checkoutInUse =
  /actions\/checkout@\S+/.exec(Object.values(readFiles('.github/workflows/notice.yml')).join())?.[0] ?? '';

/**
 * What stands in for the checkout of another repository: act knows neither `job.workflow_repository` nor the network that it is fetched by.
 * It puts our action where it is told to.
 */
function placeCheckout(from: string): Folder {
  const folder = makeFolder('checkout-');
  const run = `mkdir -p "\${{ inputs.path }}" && cp -R ${from}/. "\${{ inputs.path }}"`;
  const inputs = { repository: {}, ref: {}, path: {}, 'persist-credentials': {} };
  const action = { name: 'Checkout', inputs, runs: { using: 'composite', steps: [{ shell: 'bash', run }] } };
  writeFileSync(join(folder.dir, 'action.yml'), JSON.stringify(action));
  return folder;
}
