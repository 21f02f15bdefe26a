/**
 * The cells that distil a model step by step: what Distill Model writes, and what a new notebook begins with.
 */
import { inspect } from 'node:util';
import type { ConfigInput } from '../../src/distillation/config.ts';
import type { PresetName } from '../../src/distillation/presets.ts';
import type { Cell } from './open-notebook.ts';

export interface NotebookRun {
  readonly config: ConfigInput;
  readonly preset?: PresetName;
  /** The run directory; default: a new one in the folder of runs. */
  readonly out?: string;
}

/** Cells that begin the run, look at it, step it and take it to its end. */
export function distillCells({ config, preset, out }: NotebookRun): Cell[] {
  const options = { ...(preset === undefined ? {} : { preset }), ...(out === undefined ? {} : { out }) };
  const given = [config, options].map(literal).filter((text, i) => i === 0 || text !== '{}');
  return [
    {
      text:
        `# Distilling ${config.teacher ?? 'a teacher'} into one step\n\n` +
        'Shift+Enter runs a cell. The run lives in the kernel of this notebook: cells step it, and **DMD: Open Dashboard** ' +
        'shows and steers the same run, also between cells.',
    },
    {
      code:
        "import { algorithm1, distiller, live, losses, samples, scores } from 'dmd-lab/notebook';\n\n" +
        `const run = await distiller(${given.join(', ')});\nrun`,
    },
    {
      text:
        '## The warm-up\n\nThe generator begins as the teacher and learns from pairs of noise and what the teacher makes of it. ' +
        'The curves follow every step.',
    },
    { code: 'live(() => losses(run), run);\nawait run.step(50);' },
    {
      text:
        '## Algorithm 1\n\nEach line with its value on samples of the run, at one noise level. Nothing moves: the run is only ' +
        'looked at.',
    },
    { code: 'algorithm1(run)' },
    { text: 'Both scores, whose difference says where the samples are to go.' },
    { code: 'scores(run)' },
    { text: '## One update at a time\n\nOf the generator alone, then of the fake score alone.' },
    { code: 'await run.stepGenerator();\nawait run.stepFake()' },
    {
      text:
        '## To the end\n\nAll steps that are left, then the results. It can be interrupted, and run again to go on. ' +
        'The run is in the **Runs** view as well.',
    },
    { code: 'live(() => samples(run), run);\nconst summary = await run.run();' },
    { code: 'samples(run)' },
  ];
}

const literal = (value: object): string => inspect(value, { depth: null, breakLength: 100 });
