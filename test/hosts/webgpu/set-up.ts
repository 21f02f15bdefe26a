/**
 * Finds a Vulkan driver for ONNX Runtime's `webgpu` provider that needs no GPU: SwiftShader, which comes with Chromium. On
 * Debian it is installed when that is allowed; where there is none, the tests are skipped with the reason.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Why there is no device; empty when there is one. */
    noDevice: string;
  }
}

const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';
const INSTALL = 'apt-get install -y --no-install-recommends chromium libvulkan1';

export default function setUp(project: TestProject): () => void {
  const noDevice = prepareDriver();
  if (noDevice) console.log(`webgpu: skipped, since ${noDevice}`);
  project.provide('noDevice', noDevice);
  // The Vulkan loader wants a directory of its own
  const runtime = mkdtempSync(join(tmpdir(), 'dmd-lab-xdg-'));
  process.env.XDG_RUNTIME_DIR ??= runtime;
  return () => rmSync(runtime, { recursive: true, force: true });
}

/** Names the driver in the environment; returns why there is none, or nothing. */
function prepareDriver(): string {
  // Metal and Direct3D 12 are there already, and a named driver is the user's choice
  if (process.platform !== 'linux' || process.env.VK_DRIVER_FILES) return '';
  if (process.arch !== 'x64') return `onnxruntime-node has no WebGPU on linux-${process.arch}`;
  if (!isThere()) {
    const mayInstall = existsSync('/etc/debian_version') && process.getuid?.() === 0;
    if (!mayInstall) return `there is no software Vulkan driver. On Debian, as root: \`${INSTALL}\``;
    console.log(`webgpu: ${INSTALL}`);
    const done = spawnSync('sh', ['-c', `apt-get update -qq && ${INSTALL}`], {
      encoding: 'utf8',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (!isThere()) return `\`${INSTALL}\` failed: ${done.stderr.trim().split('\n').at(-1)}`;
  }
  process.env.VK_DRIVER_FILES = SWIFTSHADER;
  return '';
}

function isThere(): boolean {
  const libraries = spawnSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' }).stdout;
  return existsSync(SWIFTSHADER) && libraries.includes('libvulkan.so.1');
}
