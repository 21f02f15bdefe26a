import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { Random } from '../../random.ts';
import type { RunEvent, RunEventContent } from '../contract.ts';
import { drawChart } from './chart.ts';
import { colors, drawCurves } from './curves.ts';

const event = (content: RunEventContent): RunEvent => ({ v: 1, time: '2026-01-01T00:00:00.000Z', ...content });

function run(): RunEvent[] {
  const random = Random.fromSeed(0);
  const noise = () => Math.exp(0.3 * random.normal(1)[0]!);
  const events: RunEvent[] = [];
  for (let iteration = 1; iteration <= 700; iteration++) {
    const phase = iteration <= 200 ? 'regression' : iteration <= 300 ? 'fake-score' : 'matching';
    events.push(
      event({
        type: 'step',
        iteration,
        phase,
        step: iteration,
        seconds: 0.3,
        ...(phase === 'fake-score'
          ? {}
          : {
              lossDm: phase === 'matching' ? 0.02 * noise() : 0,
              lossReg: (0.3 * noise()) / Math.sqrt(iteration),
              gradientNorm: noise(),
              dmGradientNorm: phase === 'matching' ? 10 * noise() : 0,
              brightnessMean: -0.7 + 0.03 * noise(),
              brightnessStd: 0.55 + 0.01 * noise(),
            }),
        ...(phase === 'regression' ? {} : { lossFake: 0.6 * noise(), fakeGradientNorm: 0.2 * noise() }),
      }),
    );
  }
  for (const iteration of [0, 300, 500, 700])
    events.push(
      event({ type: 'evaluation', of: iteration ? 'oneStep' : 'start', iteration, frechet: 700 / (1 + iteration) }),
    );
  events.push(event({ type: 'evaluation', of: 'teacher', iteration: 0, frechet: 4 }));
  events.push(event({ type: 'evaluation', of: 'regressionAlone', iteration: 400, frechet: 40 }));
  return events;
}

/** How many pixels have each colour, by its hexadecimal name. */
function colorCounts({ data }: PNG): Map<string, number> {
  const counts = new Map<number, number>();
  for (let i = 0; i < data.length; i += 4) {
    const rgb = data.readUIntBE(i, 3);
    counts.set(rgb, (counts.get(rgb) ?? 0) + 1);
  }
  return new Map([...counts].map(([rgb, n]) => [`#${rgb.toString(16).padStart(6, '0').toUpperCase()}`, n]));
}

describe('curves', () => {
  it('draws every quantity in its colour, with text, twice as large as the SVG', async () => {
    const { png, svg } = (await drawCurves('mnist, 400 steps', run()))!;
    const image = PNG.sync.read(png);
    expect([image.width, image.height]).toEqual([2 * 3 * 420, 2 * (48 + 2 * 280)]);
    const counts = colorCounts(image);
    for (const color of Object.values(colors)) expect(counts.get(color), color).toBeGreaterThan(100);
    // text is anti-aliased ink on white: without a font there would be none
    expect(counts.get('#333333')).toBeGreaterThan(500);
    expect(svg).toContain('Regression, L_reg');
  });

  it('leaves out what was switched off, and draws nothing of a run without steps', async () => {
    const regressionOnly = run().slice(0, 100);
    const { svg } = (await drawCurves('regression', regressionOnly))!;
    expect(svg).toContain('L_reg');
    expect(svg).not.toContain('L_DM');
    expect(await drawCurves('nothing', [event({ type: 'state', state: 'starting' })])).toBeUndefined();
  });
});

it('draws points in the plane, and survives what is not finite', async () => {
  const random = Random.fromSeed(1);
  const cloud = (x: number) =>
    Array.from({ length: 300 }, () => [x + 0.15 * random.normal(1)[0]!, 0.15 * random.normal(1)[0]!] as const);
  const { png } = await drawChart({
    title: 'two-modes',
    panelSize: [360, 380],
    panels: [
      {
        title: 'Teacher',
        xRange: [-1.5, 1.5],
        yRange: [-1.5, 1.5],
        series: [{ name: 'x', color: colors.teacher, kind: 'points', points: cloud(-0.8) }],
      },
      {
        title: 'One step',
        xRange: [-1.5, 1.5],
        yRange: [-1.5, 1.5],
        series: [
          { name: 'x', color: colors.oneStep, kind: 'points', points: [...cloud(0.8), [NaN, 0], [0, Infinity]] },
        ],
      },
    ],
  });
  const image = PNG.sync.read(png);
  expect([image.width, image.height]).toEqual([1440, 2 * (48 + 380)]);
  const colored = image.data.filter((_, i) => i % 4 === 0 && image.data[i]! < 200).length;
  expect(colored).toBeGreaterThan(2000);
});
