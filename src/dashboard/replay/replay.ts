/**
 * A run as one HTML file that shows it without a server: the page with a recording inside.
 */
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { replaceFile } from '../../runs/files/replace-file.ts';
import { encodeFrame } from '../framing.ts';
import { contentPolicy, fillTemplate, within, type PageFiles } from '../page-files.ts';
import { recordRun } from './record-run.ts';
import { RECORDING_ELEMENT } from './recording.ts';

const compressed = promisify(gzip);

/**
 * Writes the replay of the run in `directory` to `path`, in the place of what was there; what was left out to keep it under
 * 20 MB, for people. A failure when the run cannot be read or the file not written.
 */
export async function writeReplay(
  directory: string,
  path: string,
  page: PageFiles,
): Promise<{ bytes: number; leftOut?: string }> {
  const { html, leftOut } = await replayOf(directory, page);
  const bytes = Buffer.from(html);
  await replaceFile(path, bytes);
  return { bytes: bytes.length, leftOut };
}

/** The HTML of that file. A failure when the run cannot be read. */
export async function replayOf(directory: string, page: PageFiles): Promise<{ html: string; leftOut?: string }> {
  const envelope = await recordRun(directory);
  const html = replayPage(page, await compressed(encodeFrame(envelope)));
  return { html, leftOut: envelope.message.leftOut };
}

/** The page with `recording` inside: that is base64, so that nothing of a run can be taken for markup. */
function replayPage(page: PageFiles, recording: Buffer): string {
  const nonce = randomBytes(16).toString('base64url');
  return fillTemplate(page.template, {
    head:
      `<meta http-equiv="Content-Security-Policy" content="${contentPolicy(nonce, {})}" />\n` +
      `<script type="application/octet-stream" id="${RECORDING_ELEMENT}">${recording.toString('base64')}</script>`,
    ...within(page, nonce),
  });
}
