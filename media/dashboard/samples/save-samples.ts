/**
 * The samples of a run as a picture of a moment, or as one that moves over the steps.
 */
import { GIFEncoder, applyPalette, quantize } from 'gifenc';
import type { App } from '../app.ts';
import { h } from '../dom.ts';
import type { RunModel } from '../run-model.ts';
import type { Shown } from '../shown.ts';
import { titleOf } from '../run-title.ts';
import { fileName, saveFile } from '../save.ts';
import { themeColour } from '../theme.ts';
import { nameOfIteration } from '../timeline.ts';
import { eventAt, kindOf, oneStepEvents, spread, teacherEvent } from './moments.ts';
import { drawPlot, reachOf } from './plane-plot.ts';
import { drawGrid, gridIn } from './tiles.ts';
import { WEBM, recordWebm } from './webm.ts';

/** Moments that a file has, milliseconds that each stands and that the last one does. */
const [MOMENTS, STANDS, RESTS] = [80, 120, 1500];
/** Pixels: of a grid or a plot, around them, and of a line of text. */
const [SIDE, EDGE, LINE] = [480, 14, 26];

/** Saves what is shown now as a PNG. */
export async function savePng(app: App, model: RunModel): Promise<void> {
  const event = eventAt(oneStepEvents(model), app.cursor.peek().iteration);
  if (!event) return;
  const canvas = await (await painter(app, model))(event);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve));
  const name = `${fileName(titleOf(model), nameOfIteration(model, event.iteration))}.png`;
  if (blob) await saveFile(app, name, 'image/png', new Uint8Array(await blob.arrayBuffer()));
}

/** Saves all moments, or as many as make a handy file, as a GIF. */
export async function saveGif(app: App, model: RunModel): Promise<void> {
  const events = spread(oneStepEvents(model), MOMENTS);
  const paint = await painter(app, model);
  const gif = GIFEncoder();
  for (const [i, event] of events.entries()) {
    const canvas = await paint(event);
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    const palette = quantize(data, 128);
    const delay = i === events.length - 1 ? RESTS : STANDS;
    gif.writeFrame(applyPalette(data, palette), canvas.width, canvas.height, { palette, delay });
    // the page lives on meanwhile
    await new Promise((resolve) => setTimeout(resolve));
  }
  gif.finish();
  await saveFile(app, `${fileName(titleOf(model), 'samples')}.gif`, 'image/gif', gif.bytes());
}

/** Saves the same as a video, which is being recorded for as long as it plays. */
export async function saveWebm(app: App, model: RunModel): Promise<void> {
  const events = spread(oneStepEvents(model), MOMENTS);
  const paint = await painter(app, model);
  const bytes = await recordWebm(events.length, async (i) => ({
    canvas: await paint(events[i]!),
    milliseconds: i === events.length - 1 ? RESTS : STANDS,
  }));
  await saveFile(app, `${fileName(titleOf(model), 'samples')}.webm`, WEBM, bytes);
}

type Paint = (event: Shown) => Promise<HTMLCanvasElement>;

async function painter(app: App, model: RunModel): Promise<Paint> {
  const taught = teacherEvent(model);
  if (kindOf(model) === 'plane') return (event) => Promise.resolve(paintPlane(model, taught, event));
  const load = async ({ image }: Shown) => {
    const { buffers } = await app.host.ask('file', { run: model.run, path: image! });
    return createImageBitmap(new Blob([buffers[0]!], { type: 'image/png' }));
  };
  const teacher = taught && { event: taught, bitmap: await load(taught) };
  return async (event) => paintGrids(model, [...(teacher ? [teacher] : []), { event, bitmap: await load(event) }]);
}

function paintGrids(model: RunModel, pictures: readonly { event: Shown; bitmap: ImageBitmap }[]): HTMLCanvasElement {
  const grids = pictures.map(({ bitmap, event }) => gridIn(SIDE, 1, bitmap, event));
  const height = Math.max(...grids.map((grid) => grid.height));
  const { canvas, context } = blank(pictures.length * (SIDE + EDGE) + EDGE, height + LINE + 2 * EDGE);
  pictures.forEach(({ event, bitmap }, i) => {
    const x = EDGE + i * (SIDE + EDGE);
    context.fillText(titleAt(model, event), x, EDGE + 12);
    drawGrid(context, bitmap, event, grids[i]!, [x, EDGE + LINE]);
  });
  return canvas;
}

function paintPlane(model: RunModel, taught: Shown | undefined, event: Shown): HTMLCanvasElement {
  const { canvas, context } = blank(SIDE + 2 * EDGE, SIDE + LINE + 2 * EDGE);
  context.fillText(titleAt(model, event), EDGE, EDGE + 12);
  context.translate(EDGE, EDGE + LINE);
  context.beginPath();
  context.rect(0, 0, SIDE, SIDE);
  context.clip();
  const last = oneStepEvents(model).at(-1);
  const reach = reachOf(taught?.points ?? last?.points ?? new Float32Array());
  drawPlot(context, { teacher: taught?.points, oneStep: event.points, pairs: false, reach }, SIDE, 1);
  return canvas;
}

const titleAt = (model: RunModel, { of, iteration }: Shown): string =>
  of === 'teacher' ? 'Teacher' : `One step, ${nameOfIteration(model, iteration)}`;

function blank(width: number, height: number) {
  const canvas = h('canvas', { width, height });
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.fillStyle = themeColour('panel');
  context.fillRect(0, 0, width, height);
  context.fillStyle = themeColour('ink');
  context.font = `600 15px ${getComputedStyle(document.body).fontFamily}`;
  return { canvas, context };
}
