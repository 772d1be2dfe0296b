import { copyAction, readFiles } from '../support/act.ts';
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
    try {
      await rehearse(act, { ...piece, actions: { [actionInReadme]: action.dir } }, setting, play);
    } finally {
      action.remove();
    }
  };
  testWithEngine('act', title, body, 90_000);
}
