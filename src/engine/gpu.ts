/**
 * Whether this machine has a real GPU, as the operating system tells: WebGPU itself does not say whether what it found is one
 * or a program that pretends to be, which is slower than the CPU.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Linux' drivers of GPUs; those of virtual machines and servers' screens are not among them. */
const DRIVERS = new Set('nvidia nouveau amdgpu radeon i915 xe'.split(' '));
/** Drivers of Vulkan that compute on the CPU, as they are named in its variables. */
const SOFTWARE = /swiftshader|lavapipe|\blvp_/i;
/** What Windows calls screens that no GPU stands behind. */
const NO_GPU = /microsoft|remote|virtual|mirror/i;

export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where Linux' `/sys` and `/proc` are. */
  readonly root: string;
}

const thisMachine: Machine = { platform: process.platform, arch: process.arch, env: process.env, root: '/' };

/** The GPU's driver or name; undefined where there is none, or where ONNX Runtime has no WebGPU for the machine. */
export function findGpu({ platform, arch, env, root }: Machine = thisMachine): string | undefined {
  if (SOFTWARE.test(env.VK_DRIVER_FILES ?? env.VK_ICD_FILENAMES ?? '')) return undefined;
  switch (platform) {
    case 'linux':
      return arch === 'x64' ? onLinux(root) : undefined;
    case 'darwin':
      return arch === 'arm64' ? 'Apple' : undefined;
    case 'win32':
      return onWindows();
    default:
      return undefined;
  }
}

function onLinux(root: string): string | undefined {
  // NVIDIA's own driver may show no render node
  if (list(join(root, 'proc/driver/nvidia/gpus')).length > 0) return 'nvidia';
  const nodes = join(root, 'sys/class/drm');
  return list(nodes)
    .filter((name) => name.startsWith('renderD'))
    .map((name) => driverOf(join(nodes, name)))
    .find((driver) => driver !== undefined && DRIVERS.has(driver));
}

function driverOf(node: string): string | undefined {
  try {
    return basename(readlinkSync(join(node, 'device/driver')));
  } catch {
    return undefined;
  }
}

function onWindows(): string | undefined {
  const displays = String.raw`HKLM\SYSTEM\CurrentControlSet\Control\Class\{4d36e968-e325-11ce-bfc1-08002be10318}`;
  const { stdout } = spawnSync('reg', ['query', displays, '/s', '/v', 'DriverDesc'], { encoding: 'utf8' });
  const names = [...(stdout ?? '').matchAll(/DriverDesc\s+REG_SZ\s+(.+)/g)].map(([, name]) => name!.trim());
  return names.find((name) => !NO_GPU.test(name));
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
