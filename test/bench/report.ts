/**
 * The table of a bench for people.
 */
import type { Measurement } from './measure.ts';
import type { PeerVersions } from './peer.ts';
import type { Profile } from './profile.ts';
import type { Summary } from './statistics.ts';
import type { Versions } from './versions.ts';

export interface Row extends Measurement {
  readonly case: string;
  readonly threads: number;
}

const header = ['', 'threads', 'dmd-lab ms', 'PyTorch ms', 'speed', 'differ by'];

/** "speed" is PyTorch's median over ours: above 1 we are faster. Ranges are quartiles. */
export function rowText({ case: name, threads, ours, torch, speed, difference }: Row): string[] {
  const ratio = speed ? `${speed.ratio.toFixed(2)} (${speed.quartiles.map((q) => q.toFixed(2)).join('–')})` : '';
  return [name, String(threads), ms(ours), torch ? ms(torch) : '', ratio, difference?.toExponential(0) ?? ''];
}

export function table(rows: readonly Row[]): string {
  return columns([header, ...rows.map(rowText)]);
}

/** The most that was resident of both processes, over all cases. */
export function memoryText({ ours, torch }: { ours: number; torch?: number }): string {
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
  const beside = torch === undefined ? '' : `; PyTorch ${mb(torch)}, ours is ${(ours / torch).toFixed(2)} of it`;
  return `most memory resident: ${mb(ours)}${beside}`;
}

export function profileText({ total, kinds }: Profile, threads: number): string {
  const lines = kinds
    .filter(({ ms }) => ms >= total / 200)
    .map(({ kind, ms, calls }) => [kind, ms.toFixed(1), `${((100 * ms) / total).toFixed(1)} %`, calls.toFixed(0)]);
  const known = kinds.reduce((sum, { ms }) => sum + ms, 0);
  lines.push([
    'between operators',
    (total - known).toFixed(1),
    `${((100 * (total - known)) / total).toFixed(1)} %`,
    '',
  ]);
  return (
    `DMD step, ${threads} thread(s): ${total.toFixed(0)} ms while profiled\n` +
    columns([['', 'ms', 'share', 'calls'], ...lines])
  );
}

export function versionsText(ours: Versions, peer: PeerVersions | undefined): string {
  const sides = [
    `${ours.cpu}, ${ours.cores} cores`,
    `ours: node ${ours.node}, onnxruntime-node ${ours.onnxruntime}, tfjs ${ours.tfjs}`,
  ];
  if (peer) {
    const allocator = Object.entries(peer.allocator).map(([name, value]) => `${name}=${value}`);
    sides.push(`peer: torch ${peer.torch}, Python ${peer.python}, ${peer.libc}, ${allocator.join(' ') || 'defaults'}`);
  }
  return sides.join('\n');
}

function ms({ median, quartiles }: Summary): string {
  const digits = median < 20 ? 2 : 0;
  return `${median.toFixed(digits)} (${quartiles.map((q) => q.toFixed(digits)).join('–')})`;
}

/** `rows` of cells under each other, the first column to the left and the others to the right. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows
    .map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '))
    .join('\n');
}
