/**
 * The library: what the command line is made of.
 */
export { compile, type TensorTree } from './engine/compile.ts';
export { describeEngines, type EngineReport } from './engine/describe.ts';
export { startEngine, type EngineOptions, type RunningEngine } from './engine/start.ts';
export { DmdError, type ErrorKind } from './errors.ts';
export { Random } from './random.ts';

export { edmSchedule, karrasSigmas } from './diffusion/edm.ts';
export { gaussianMixture, type GaussianMixture } from './diffusion/gaussian-mixture.ts';
export { levelTensors, type NoiseLevel, type NoiseLevels, type NoiseSchedule } from './diffusion/schedule.ts';
export { vpSchedule } from './diffusion/vp.ts';

export type { DenoiserNetwork, Params } from './networks/denoiser.ts';
export { mlp } from './networks/mlp.ts';
export { unet } from './networks/unet.ts';

export { mixtureTeacher } from './teachers/mixture.ts';
export { openTeacher, teacherNames } from './teachers/open.ts';
export type { Teacher } from './teachers/teacher.ts';
export { trainTeacher, type TeacherTraining } from './teachers/train.ts';

export { ddim } from './samplers/ddim.ts';
export { heun } from './samplers/heun.ts';
export type { Sampler } from './samplers/sampler.ts';

export { Config, type ConfigInput } from './distillation/config.ts';
export { Distiller, type DistillerOptions } from './distillation/distiller.ts';
export { exportGenerator } from './distillation/export.ts';
export { openPairs } from './distillation/pair-cache.ts';
export { pairsInMemory, type PairSource } from './distillation/pairs.ts';
export { presetConfig, presetNames } from './distillation/presets.ts';

export { distillRun, type DistillRunOptions } from './runs/distill-run.ts';
export { evaluateGenerator, type EvaluateOptions, type Evaluation } from './runs/evaluate-generator.ts';
export { exportFiles, exportTargets } from './runs/export-files.ts';
export { listRuns, type RunSummary } from './runs/list.ts';
export type { RunEvent } from './runs/contract.ts';
export type { Summary } from './runs/summary.ts';
