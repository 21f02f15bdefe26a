import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { chooseAmong } from './choose-device.ts';
import { findGpu } from './gpu.ts';

const folder = mkdtempSync(join(tmpdir(), 'dmd-gpu-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A Linux with render nodes of these drivers. */
function linux(drivers: readonly string[], env: Record<string, string> = {}, arch = 'x64') {
  const root = mkdtempSync(join(folder, 'root-'));
  drivers.forEach((driver, i) => {
    const link = join(root, `sys/class/drm/renderD${128 + i}/device/driver`);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(`/sys/bus/pci/drivers/${driver}`, link);
  });
  return { platform: 'linux', arch, env, root } as const;
}

describe('a real GPU', () => {
  it.each([
    ['no node', [], undefined],
    ["a virtual machine's screen", ['virtio_gpu'], undefined],
    ['one of AMD beside that', ['virtio_gpu', 'amdgpu'], 'amdgpu'],
    ['one of Intel', ['i915'], 'i915'],
  ])('with %s', (_, drivers, found) => {
    expect(findGpu(linux(drivers))).toBe(found);
  });

  it('is seen by NVIDIA’s own driver alone', () => {
    const machine = linux([]);
    mkdirSync(join(machine.root, 'proc/driver/nvidia/gpus/0000:01:00.0'), { recursive: true });
    expect(findGpu(machine)).toBe('nvidia');
  });

  it('is not what a software driver of Vulkan shows, nor of use where ONNX Runtime has no WebGPU', () => {
    expect(findGpu(linux(['amdgpu'], { VK_DRIVER_FILES: '/usr/lib/vk_swiftshader_icd.json' }))).toBeUndefined();
    expect(findGpu(linux(['amdgpu'], { VK_ICD_FILENAMES: '/usr/share/vulkan/lvp_icd.x86_64.json' }))).toBeUndefined();
    expect(findGpu(linux(['amdgpu'], {}, 'arm64'))).toBeUndefined();
    expect(findGpu({ ...linux([]), platform: 'darwin', arch: 'arm64' })).toBe('Apple');
    expect(findGpu({ ...linux(['amdgpu']), platform: 'freebsd' })).toBeUndefined();
  });
});

describe('the device that is chosen', () => {
  const neverAsked = () => expect.fail('WebGPU was tried');

  it('is the CPU without a GPU, and WebGPU is not even tried', () => {
    expect(chooseAmong(undefined, neverAsked)).toEqual({ provider: 'cpu', reason: 'no GPU was found' });
  });

  it('is a GPU that works, and else the CPU with what the GPU said', () => {
    const works = chooseAmong('nvidia', () => ({ works: true, reason: 'a small graph ran on it' }));
    expect(works).toEqual({ provider: 'webgpu', reason: expect.stringContaining('(nvidia) and works') });
    const fails = chooseAmong('nvidia', () => ({ works: false, reason: 'No supported adapters.' }));
    expect(fails.provider).toBe('cpu');
    expect(fails.reason).toContain('(nvidia) that does not work: No supported adapters.');
  });
});
