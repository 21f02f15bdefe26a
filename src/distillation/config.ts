/**
 * The one configuration of a distillation run: every key, its range, its default and what it means.
 * `Config.parse({})` is the paper's own form at a small size; presets (presets.ts) change what a teacher needs changed.
 */
import { z } from 'zod';

const positive = z.number().int().positive();

export const Config = z.strictObject({
  teacher: z
    .string()
    .default('mnist')
    .describe(
      'What to distil: `mnist`, a mixture (`two-modes`, `ring`, `grid`, `spiral`), or the path of a trained teacher or a drawn `*.mixture.json`.',
    ),
  steps: positive.default(1000).describe('Generator updates after the warm-up.'),
  batchSize: positive.default(32).describe('Samples a step for distribution matching, and for the fake score.'),
  regressionBatchSize: positive.optional().describe('Pairs a step for the regression loss; default: batchSize.'),
  seed: z.number().int().default(0).describe('Everything random follows from it.'),

  learningRate: z.number().positive().default(5e-5).describe('AdamW rate of the generator (paper: 5e-5 on CIFAR-10).'),
  fakeLearningRate: z.number().positive().optional().describe('AdamW rate of the fake score; default: learningRate.'),
  learningRateWarmup: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('Updates over which both rates rise linearly from 0 (paper: 500).'),
  weightDecay: z.number().min(0).default(0.01).describe('AdamW weight decay.'),
  gradientClip: z
    .number()
    .positive()
    .default(10)
    .describe('Largest L2 norm of a whole gradient; a larger one is scaled down.'),
  ema: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe('Decay of the running average of the generator that is judged and exported; 0: none, as in the paper.'),

  fakeUpdates: positive.default(1).describe('Fake-score updates for each generator update.'),
  fakeScore: z
    .enum(['learned', 'exact', 'none'])
    .default('learned')
    .describe(
      '`learned`: Algorithm 1. `exact`: the closed form, for mixtures with an affine generator. `none`: follow the real score alone.',
    ),
  lambdaDm: z
    .number()
    .min(0)
    .default(1)
    .describe('Weight of the distribution matching loss L_DM; 0 leaves regression alone.'),
  lambdaReg: z
    .number()
    .min(0)
    .default(0.25)
    .describe("Weight of the regression loss L_reg (the paper's 0.25 belongs to LPIPS; other losses need their own)."),
  regression: z.enum(['l2', 'pseudo-huber']).default('l2').describe('The distance ℓ of the regression loss, Eq. 9.'),
  weighting: z
    .enum(['eq8', 'alg2', 'sigma-over-alpha', 'sigma3-over-alpha'])
    .default('alg2')
    .describe('The weight w_t of the gradient, Eq. 8: see docs/maths.md for the table.'),
  timestepRange: z
    .tuple([z.number().min(0).max(1), z.number().min(0).max(1)])
    .default([0.02, 0.98])
    .describe('The share of noise levels that distribution matching draws from.'),
  conditioningTimestep: z
    .number()
    .min(0)
    .optional()
    .describe(
      "The noise level the generator is conditioned on, in the teacher's own unit (σ for EDM, index for DDPM); default: measured per teacher.",
    ),
  guidance: z
    .number()
    .min(1)
    .default(1)
    .describe('Classifier-free guidance scale s of the real score and of the pairs: ε_u + s (ε_c − ε_u).'),
  labels: z
    .array(z.number().int().min(0))
    .nonempty()
    .optional()
    .describe('The classes to distil, of a teacher that has classes; default: all.'),

  warmup: z
    .strictObject({
      regressionSteps: z
        .number()
        .int()
        .min(0)
        .default(0)
        .describe('Generator updates by regression alone, before distribution matching begins.'),
      fakeSteps: z
        .number()
        .int()
        .min(0)
        .default(0)
        .describe('Fake-score updates alone, after those, so that the fake score has caught up.'),
      learningRate: z
        .number()
        .positive()
        .optional()
        .describe('Rate of both during the warm-up; default: learningRate.'),
    })
    .prefault({})
    .describe("What happens before step 1; all zero is the paper's own form."),

  pairs: z
    .number()
    .int()
    .min(0)
    .default(1000)
    .describe('(noise, image) pairs for the regression loss, made once and cached.'),
  sampler: z
    .enum(['heun', 'ddim'])
    .default('heun')
    .describe("The deterministic solver that makes the pairs and the teacher's samples."),
  samplerSteps: positive.default(18).describe('Steps of the sampler; Heun asks the teacher 2·steps − 1 times.'),

  baseline: z
    .enum(['none', 'regression'])
    .default('none')
    .describe(
      '`regression`: also train on from the warm-up by regression alone, for as many steps and for as long, and judge that.',
    ),

  checkpointEvery: z.number().int().min(0).default(0).describe('Steps between checkpoints; 0: only at the end.'),
  evaluateEvery: z.number().int().min(0).default(0).describe('Steps between evaluations; 0: only at the end.'),
  samplesEvery: z
    .number()
    .int()
    .min(0)
    .default(50)
    .describe('Steps between pictures of one-step samples; 0: only at the end.'),
  keepCheckpoints: z
    .number()
    .int()
    .min(0)
    .default(5)
    .describe('How many of the last checkpoints are kept; 0: all of them.'),
  probeEvery: z
    .number()
    .int()
    .min(0)
    .default(100)
    .describe('Steps between probes: both scores on fixed samples at fixed noise levels; 0: none.'),
  probeSamples: positive
    .max(1000)
    .optional()
    .describe('Samples in a probe; default: 8 images, or 256 points of the plane.'),
  probeLevels: z
    .array(z.number().min(0).max(1))
    .nonempty()
    .max(16)
    .default([0.2, 0.4, 0.6, 0.8])
    .describe('The noise levels of a probe, as shares of the schedule.'),
  layersEvery: z.number().int().min(0).default(200).describe('Steps between gradient norms of every layer; 0: none.'),
  evaluationSamples: positive.default(10_000).describe('Samples that an evaluation draws.'),

  engine: z
    .enum(['auto', 'onnx', 'tensorflow', 'cpu'])
    .default('auto')
    .describe('What runs the tensors; `auto` picks the fastest found.'),
  device: z
    .enum(['auto', 'cpu', 'webgpu', 'cuda', 'dml'])
    .default('auto')
    .describe('Where the onnx engine runs; auto: a GPU that works, else the CPU.'),
  threads: positive.optional().describe('CPU threads; default: all cores.'),
});

/** A complete configuration, with every default filled in. */
export type Config = z.output<typeof Config>;
/** What a person writes: any subset of the keys. */
export type ConfigInput = z.input<typeof Config>;
