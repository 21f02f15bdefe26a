/**
 * The library: what the command line is made of. docs/library.md shows most of it in use.
 */
export { compile, type TensorTree } from './engine/compile.ts';
export { describeEngines, type EngineReport } from './engine/describe.ts';
export { startEngine, type EngineOptions, type RunningEngine } from './engine/start.ts';
export { DmdError, type ErrorKind } from './errors.ts';
export { Random } from './random.ts';

export { openDataset, type OpenOptions, type Split } from './data/open.ts';
export { ImageDataset, type ImageBatch, type ImageDatasetContent } from './data/dataset.ts';

export { edmSchedule, karrasSigmas } from './diffusion/edm.ts';
export { addNoise } from './diffusion/forward.ts';
export {
  diffused,
  gaussianMixture,
  logDensity,
  sampleMixture,
  type GaussianMixture,
} from './diffusion/gaussian-mixture.ts';
export { levelTensors, type NoiseLevel, type NoiseLevels, type NoiseSchedule } from './diffusion/schedule.ts';
export { vpSchedule } from './diffusion/vp.ts';

export { adamw, adamwHyper, type AdamwState } from './networks/adamw.ts';
export { loadNetwork, saveNetwork } from './networks/build.ts';
export type { DenoiserNetwork, Params } from './networks/denoiser.ts';
export { valueAndGradients } from './networks/gradients.ts';
export { mlp } from './networks/mlp.ts';
export { unet } from './networks/unet.ts';

export { withFittedStudent, type Fit } from './teachers/fitted.ts';
export {
  mixtureDenoise,
  mixtureLogDensity,
  mixtureScore,
  mixtureTeacher,
  type ExactTeacher,
  type MixtureTeacher,
} from './teachers/mixture.ts';
export { mixturePreset } from './teachers/mixture-presets.ts';
export { mixtureOfFile, type MixtureFile } from './teachers/mixture-file.ts';
export { openTeacher, teacherNames } from './teachers/open.ts';
export type { Teacher } from './teachers/teacher.ts';
export {
  trainTeacher,
  type TeacherTraining,
  type TeacherTrainingCallbacks,
  type TeacherTrainingReport,
  type TeacherTrainingState,
} from './teachers/train.ts';

export { ddim, type DdimOptions } from './samplers/ddim.ts';
export { heun } from './samplers/heun.ts';
export { modelAt, type ModelAt, type Sampler, type SamplingOptions } from './samplers/sampler.ts';
export { teacherSampler, type Sampling } from './distillation/pairs/sample-teacher.ts';

export { Config, type ConfigInput } from './distillation/config.ts';
export { presetConfig, presetNames, type PresetName } from './distillation/presets.ts';
export { configure } from './runs/configuration/configuration.ts';
export { Distiller, type DistillerOptions } from './distillation/distiller.ts';
export type { Inspection, ScoresSeen } from './distillation/inspect.ts';
export type { StepReport } from './distillation/report.ts';
export { exportGenerator } from './distillation/generator/export.ts';
export type { Generator } from './distillation/generator/generator.ts';
export { openPairs, type PairOptions } from './distillation/pairs/pair-cache.ts';
export { pairsInMemory, type PairArrays, type PairSource } from './distillation/pairs/pairs.ts';

export { DigitsMeasure, type DigitsReport } from './metrics/digits.ts';
export { frechetDistance, GaussianStatistics, type Gaussian } from './metrics/frechet.ts';
export { diffusedKl, measureModes, type ModeReport, type ModesReport } from './metrics/mixture.ts';

export type { DistillRunOptions, ForkRunOptions, ResumeRunOptions } from './runs/training/begin.ts';
export { DistillationRun } from './runs/training/distillation-run.ts';
export { distillRun } from './runs/training/distill-run.ts';
export type { Checkpoint } from './runs/directory/checkpoints.ts';
export type { RunDirectory } from './runs/directory/directory.ts';
export type { RunProgress } from './runs/progress.ts';
export type { Figures, Host, Summary } from './runs/summary.ts';

export {
  CONTRACT_VERSION,
  ControlMessage,
  type ControlReply,
  type ControlType,
  type InspectReply,
  type Intervals,
  type LayerNorms,
  type Parent,
  type Probed,
  type RunEvent,
  type RunPlace,
  type RunState,
  type Sampled,
  type Started,
  type Stepped,
  type TensorPayload,
} from './runs/contract.ts';
export { connectRun, type RunConnection } from './runs/control/client.ts';
export {
  followEvents,
  readEvents,
  readHistory,
  type FollowOptions,
  type ReadOptions,
} from './runs/events/event-reader.ts';

export { findRun } from './runs/directory/find-run.ts';
export { listRuns, type ListedFigures, type ListedState, type RunSummary } from './runs/directory/list.ts';
export { changeNotes, readNotes, type Notes, type NotesChange } from './runs/directory/notes.ts';
export { findGenerator } from './runs/generator/find-generator.ts';
export { loadGenerator, type LoadedGenerator } from './runs/generator/generator-file.ts';
export { evaluateGenerator, type EvaluateOptions, type Evaluation } from './runs/generator/evaluate-generator.ts';
export { exportFiles, exportTargets } from './runs/generator/export-files.ts';
export { inspectCheckpoint } from './runs/training/inspect-checkpoint.ts';
