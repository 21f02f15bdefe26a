/**
 * Pictures as a WebM video, by the browser's own recorder, which records what a canvas shows while it shows it.
 */
import { h } from '../dom.ts';

export const WEBM = 'video/webm';

/** Whether this browser records such videos. */
export const canRecordWebm = (): boolean =>
  typeof MediaRecorder === 'function' &&
  MediaRecorder.isTypeSupported(WEBM) &&
  'captureStream' in HTMLCanvasElement.prototype;

/** A picture, and how long it stands. */
export interface VideoFrame {
  readonly canvas: HTMLCanvasElement;
  readonly milliseconds: number;
}

const BITS_PER_SECOND = 4_000_000;

/** The bytes of a video of `count` pictures, all as large as the first. Takes as long as the video. */
export async function recordWebm(
  count: number,
  frameAt: (i: number) => Promise<VideoFrame>,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Blob[] = [];
  const first = await frameAt(0);
  const shown = h('canvas', { width: first.canvas.width, height: first.canvas.height });
  const context = shown.getContext('2d')!;
  context.drawImage(first.canvas, 0, 0);
  const stream = shown.captureStream();
  const recorder = new MediaRecorder(stream, { mimeType: WEBM, videoBitsPerSecond: BITS_PER_SECOND });
  recorder.addEventListener('dataavailable', ({ data }) => parts.push(data));
  const ended = new Promise<void>((resolve, reject) => {
    recorder.addEventListener('stop', () => resolve());
    recorder.addEventListener('error', () => reject(new Error('The browser could not record the video.')));
  });
  recorder.start();
  try {
    for (let i = 0; i < count; i++) {
      const { canvas, milliseconds } = i === 0 ? first : await frameAt(i);
      context.drawImage(canvas, 0, 0);
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
    }
    // what has not changed since is not recorded: the last picture once more, so that it stands as long as it should
    context.drawImage(shown, 0, 0);
    recorder.requestData();
  } finally {
    recorder.stop();
    await ended.finally(() => stream.getTracks().forEach((track) => track.stop()));
  }
  return new Uint8Array(await new Blob(parts, { type: WEBM }).arrayBuffer());
}
