/**
 * Algorithm 1 of the paper, with what stands at each line now.
 */
import { shortNumber } from '../../runs/charts/short-number.ts';
import type { Stepped } from '../../runs/contract.ts';
import { Figure } from '../figure.ts';
import { escaped, htmlTable } from '../html.ts';
import type { LookAt, NotebookRun, Seen } from '../notebook-run.ts';
import { shapeText } from '../numbers.ts';
import { statisticsText } from '../tensor.ts';

/** A line of the algorithm and what it has made. */
interface Line {
  readonly does: string;
  readonly says: string;
  readonly value: string;
}

/**
 * Each line of Algorithm 1 with its value, on the run's fixed samples at a noise level, and the losses of the last step.
 * `live(() => algorithm1(run), run)` follows it.
 *
 * ```ts
 * algorithm1(run, { t: 0.5 })
 * ```
 */
export const algorithm1 = (run: NotebookRun, at: LookAt = {}): Figure =>
  new Figure(async () => {
    const seen = await run.inspect(at);
    const last = run.events.findLast((event) => event.type === 'step');
    const lines = linesOf(seen, last?.type === 'step' ? last : undefined, run);
    const title = `Algorithm 1: ${run.name}, iteration ${seen.iteration}`;
    const width = Math.max(...lines.map(({ does }) => does.length));
    return {
      text: [title, ...lines.map(({ does, value }) => `${does.padEnd(width)}  ${value}`)].join('\n'),
      html: htmlOf(title, lines),
      svg: svgOf(title, lines),
    };
  });

function linesOf({ tensors, weight, t, sigma }: Seen, last: Stepped | undefined, { started }: NotebookRun): Line[] {
  const { config } = started;
  const numbers = (name: keyof Seen['tensors']) =>
    `${shapeText(tensors[name].shape)}  ${statisticsText(tensors[name].values)}`;
  const measured = (value: number | undefined) => (value === undefined ? 'not measured so far' : short(value));
  return [
    { does: 'z ~ N(0, I)', says: 'noise', value: numbers('z') },
    { does: 'x = G(z)', says: 'one step', value: numbers('x') },
    { does: 't, σ_t', says: 'a noise level', value: `t = ${short(t)}  σ = ${short(sigma)}` },
    { does: 'x_t = α_t x + σ_t ε', says: 'noise on the samples', value: numbers('x_t') },
    { does: 'μ_real(x_t, t)', says: 'the frozen teacher', value: numbers('mu_real') },
    { does: 'μ_fake(x_t, t)', says: 'trained on what G makes', value: numbers('mu_fake') },
    { does: 'μ_fake − μ_real', says: 'too much, too little', value: numbers('difference') },
    { does: 'w_t', says: `weighting ${config.weighting}`, value: statisticsText(Float32Array.from(weight)) },
    { does: 'w_t α_t (s_fake − s_real)', says: 'the gradient on x (Eq. 7)', value: numbers('gradient') },
    { does: 'L_DM', says: `× λ_dm = ${config.lambdaDm}`, value: measured(last?.lossDm) },
    { does: 'L_reg', says: `pairs (Eq. 9), × λ_reg = ${config.lambdaReg}`, value: measured(last?.lossReg) },
    { does: 'θ ← AdamW(g_θ)', says: 'the generator learns', value: `‖g_θ‖ = ${measured(last?.gradientNorm)}` },
    { does: 'L_fake', says: 'denoising G’s samples (Eq. 6)', value: measured(last?.lossFake) },
    { does: 'φ ← AdamW(g_φ)', says: 'the fake score learns', value: `‖g_φ‖ = ${measured(last?.fakeGradientNorm)}` },
  ];
}

const short = (value: number): string => shortNumber(Number(value.toPrecision(4)));

function htmlOf(title: string, lines: readonly Line[]): string {
  const rows = lines.map(({ does, says, value }, i) => [
    { html: `<small>${i + 1}</small>`, align: 'right' as const },
    { html: `<code>${escaped(does)}</code>` },
    { html: `<small>${escaped(says)}</small>` },
    { html: `<code>${escaped(value)}</code>` },
  ]);
  return `<b>${escaped(title)}</b>${htmlTable([], rows)}`;
}

/** Pixels: a line's height, the columns' places, the whole width. */
const [ROW, COLUMNS, WIDTH] = [24, [16, 40, 232, 420], 900] as const;

function svgOf(title: string, lines: readonly Line[]): string {
  const text = (x: number, row: number, content: string, style = '') =>
    `<text x="${x}" y="${30 + ROW * row}" font-size="13" fill="#333333" ${style}>${escaped(content)}</text>`;
  const rows = lines.map(({ does, says, value }, i) =>
    [String(i + 1), does, says, value]
      .map((content, column) => text(COLUMNS[column]!, i + 1, content, column % 2 === 0 ? 'fill-opacity="0.65"' : ''))
      .join(''),
  );
  const height = 44 + ROW * lines.length;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="Inter, sans-serif">` +
    `<rect width="100%" height="100%" fill="#ffffff"/>${text(16, 0, title, 'font-weight="600"')}${rows.join('')}</svg>`
  );
}
