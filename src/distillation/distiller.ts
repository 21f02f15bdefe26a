/**
 * The loop of Algorithm 1 as an object that a host steps: it holds the weights, what the optimisers remember, the random
 * generator and the place in the run.
 */
import * as tf from '@tensorflow/tfjs-core';
import { compile } from '../engine/compile.ts';
import { usageError } from '../errors.ts';
import { adamw, adamwHyper, type AdamwHyper } from '../networks/adamw.ts';
import { layerNames } from '../networks/by-layer.ts';
import type { Params } from '../networks/denoiser.ts';
import { ema } from '../networks/ema.ts';
import type { Teacher } from '../teachers/teacher.ts';
import type { Config } from './config.ts';
import { Draws } from './draws.ts';
import { inBatches, inTurn } from './generator/generate.ts';
import { compileScores, type Inspection, type ScoresSeen } from './inspect.ts';
import { compileLossGradients, type LossGradients, type LossGradientsInput } from './loss-gradients.ts';
import { initialWeights, modelsOf } from './models.ts';
import { requirePairs, type PairSource } from './pairs/pairs.ts';
import { learningRateAt, learnsFakeScore, planOf, stepsDone, type Plan } from './plan.ts';
import { readScalars, type StepNumbers, type StepReport } from './report.ts';
import { flatten, unflatten, type DistillerState, type Trained, type TrainedGenerator } from './state.ts';
import {
  compileSteps,
  fakeScalars,
  generatorScalars,
  type Matching,
  type Models,
  type Noising,
  type Source,
} from './step.ts';

export interface DistillerOptions {
  config: Config;
  /** Stays the caller's. */
  teacher: Teacher;
  /** Stays the caller's; needed wherever the regression loss is. */
  pairs?: PairSource;
}

/** What a step has made of the networks, before it is believed: G, and the fake score after each of its updates. */
type Candidates = { generator?: TrainedGenerator & Found & { x: tf.Tensor }; fakes: (Trained & Found)[] };
type Found = { scalars: tf.Tensor1D };

/** A distillation between two steps. Owns its weights and optimiser states; `dispose` frees them. */
export class Distiller {
  private draws: Draws;
  private iteration = 0;
  private updates = { generator: 0, fake: 0 };
  private readonly matching: ReturnType<typeof compileSteps>;
  private readonly warmUp: ReturnType<typeof compileSteps>;
  private readonly seeScores: ReturnType<typeof compileScores>;
  private readonly lossGradients: Record<'matching' | 'warmUp', ReturnType<typeof compileLossGradients>>;
  private readonly G: Models['generator']['generate'];

  private constructor(
    readonly config: Config,
    readonly teacher: Teacher,
    readonly models: Models,
    pairs: PairSource | undefined,
    private generator: TrainedGenerator,
    private fake: Trained,
  ) {
    this.draws = new Draws(config, teacher, pairs);
    this.matching = compileSteps(models);
    const warmUp = { ...models, config: { ...config, lambdaReg: 1 } };
    this.warmUp = compileSteps(warmUp);
    this.seeScores = compileScores(models);
    this.lossGradients = { matching: compileLossGradients(models), warmUp: compileLossGradients(warmUp) };
    const draw = compile(({ params, z, labels }: Source & { params: Params }) =>
      models.generator.generate(params, z, labels),
    );
    this.G = (params, z, labels) => draw({ params, z, labels });
  }

  /**
   * A run before its first step: G and the fake score are copies of the teacher, or of the network fitted to it. A usage
   * error when configuration, teacher and pairs do not go together.
   */
  static create({ config, teacher, pairs }: DistillerOptions): Distiller {
    requirePairs(config, pairs);
    const models = modelsOf(config, teacher);
    const { generator, fake } = initialWeights(config, teacher);
    const untrained = (params: Params): Trained => ({ params, state: adamw(config).init(params) });
    const average = config.ema > 0 ? ema.init(generator) : {};
    return new Distiller(config, teacher, models, pairs, { ...untrained(generator), average }, untrained(fake));
  }

  /** What the next `step()` does; undefined when the run is over. */
  get plan(): Plan | undefined {
    return planOf(this.config, this.iteration);
  }

  /** The next iteration of the run. A failure when anything is not finite; then all weights stay as they were before. */
  async step(): Promise<StepReport> {
    const plan = this.plan;
    if (!plan) throw new Error('internal: a step after the last');
    const candidates = tidy(() => {
      switch (plan.phase) {
        case 'regression':
          return this.regress(plan);
        case 'fake-score':
          return this.denoiseFakes(plan);
        case 'matching':
          return this.matchDistributions(plan);
      }
    });
    const report = await this.keep(plan, candidates);
    this.iteration++;
    return report;
  }

  /** One update of G as Algorithm 1 makes it, without the fake score's; it is no step of the run. */
  async stepGenerator(): Promise<StepReport> {
    const plan = this.byHand();
    const candidates = tidy(() => ({ generator: this.updateGenerator(plan, this.drawMatching()), fakes: [] }));
    return this.keep(plan, candidates);
  }

  /** One update of the fake score alone; it is no step of the run. A usage error when the run learns none. */
  async stepFake(): Promise<StepReport> {
    if (!learnsFakeScore(this.config)) {
      throw usageError('This run learns no fake score: fakeScore must be `learned`, and lambdaDm above 0.');
    }
    const plan = this.byHand();
    const candidates = tidy(() => this.denoiseFakes(plan));
    return this.keep(plan, candidates);
  }

  /** The warm-up of G: the regression loss alone. */
  private regress(plan: Plan): Candidates {
    return { generator: this.updateGenerator(plan, undefined), fakes: [] };
  }

  /** The warm-up of the fake score: one update on what G draws now. */
  private denoiseFakes(plan: Plan): Candidates {
    const { z, labels } = this.draws.source();
    const x = this.G(this.generator.params, z, labels);
    return { fakes: [this.updateFake(plan, this.fake, x, labels, 1)] };
  }

  /** Algorithm 1: G follows both losses, then the fake score follows what the old G drew. */
  private matchDistributions(plan: Plan): Candidates {
    const { config } = this;
    const matching = this.drawMatching();
    const generator = this.updateGenerator(plan, matching);

    const fakes: Candidates['fakes'] = [];
    while (learnsFakeScore(config) && fakes.length < config.fakeUpdates) {
      // the first of them sees the samples that G was just corrected for
      const first = fakes.length === 0;
      const { z, labels } = first ? matching! : this.draws.source();
      const x = first ? generator.x : this.G(this.generator.params, z, labels);
      fakes.push(this.updateFake(plan, fakes.at(-1) ?? this.fake, x, labels, fakes.length + 1));
    }
    return { generator, fakes };
  }

  /** G after an update by regression and, when there is a draw for it, distribution matching. */
  private updateGenerator(plan: Plan, matching: Matching | undefined) {
    const { generatorStep } = plan.phase === 'regression' ? this.warmUp : this.matching;
    const pairs = plan.phase === 'regression' || this.config.lambdaReg > 0 ? this.draws.pairBatch() : undefined;
    const hyper = this.hyper('generator', plan, this.updates.generator + 1);
    return generatorStep({ ...this.generator, hyper, matching, pairs });
  }

  /** The fake score `from` after its `nth` update of this step. */
  private updateFake(plan: Plan, from: Trained, x: tf.Tensor, labels: tf.Tensor1D | undefined, nth: number) {
    const hyper = this.hyper('fake', plan, this.updates.fake + nth);
    return this.matching.fakeStep({
      params: from.params,
      state: from.state,
      hyper,
      x,
      labels,
      ...this.draws.noising(),
    });
  }

  /** Reads what a step found and, when all of it is finite, puts its networks in the place of the old ones. */
  private async keep(plan: Plan, { generator, fakes }: Candidates): Promise<StepReport> {
    let numbers: StepNumbers;
    try {
      numbers = await readScalars(plan, [
        ...(generator ? [{ names: generatorScalars, scalars: generator.scalars }] : []),
        ...fakes.map(({ scalars }) => ({ names: fakeScalars, scalars })),
      ]);
    } catch (error) {
      tf.dispose([generator, fakes] as never);
      throw error;
    }
    const fake = fakes.pop();
    tf.dispose([generator?.x, generator?.scalars, fakes, fake?.scalars] as never);
    if (generator) {
      const { params, state, average } = generator;
      tf.dispose(this.generator as never);
      this.generator = { params, state, average };
      this.updates.generator += 1;
    }
    if (fake) {
      tf.dispose(this.fake as never);
      this.fake = { params: fake.params, state: fake.state };
      this.updates.fake += fakes.length + 1;
    }
    return { ...plan, ...numbers };
  }

  /**
   * Every intermediate of the generator's update that the next step of Algorithm 1 would make, which is not made: neither
   * weights nor random numbers move. The caller disposes the tensors. A usage error when the run matches nothing.
   */
  peek(): Inspection {
    this.requireScores();
    const draws = this.draws.resumed();
    return tidy(() => {
      const matching = this.drawMatching(draws)!;
      const pairs = this.config.lambdaReg > 0 ? draws.pairBatch() : undefined;
      const { params } = this.generator;
      const { losses, norms } = this.lossGradients.matching({ params, matching, pairs });
      return {
        ...this.seeScores({ params, matching }),
        lossDm: losses.matching!,
        lossReg: losses.regression,
        gradientNorms: { whole: norms.generator!, matching: norms.matching!, regression: norms.regression },
      };
    });
  }

  /**
   * Both scores on what G, with its weights in training, draws of a source, made noisy as told; nothing of the run moves.
   * The caller disposes the tensors. A usage error when the run matches nothing.
   */
  scores(at: Source & Noising): ScoresSeen {
    this.requireScores();
    const matching = { ...at, real: this.teacher.params, fake: this.fake.params };
    return this.seeScores({ params: this.generator.params, matching });
  }

  /**
   * The gradient of each loss that the next step follows, on what that step will draw; the step is not made, and nothing of
   * the run moves. After the last step, that of one more. The caller disposes the tensors.
   */
  gradients(): LossGradients {
    const plan = this.plan ?? this.byHand();
    return tidy(() => {
      const input = this.drawLosses(plan, this.draws.resumed());
      return this.lossGradients[plan.phase === 'regression' ? 'warmUp' : 'matching'](input);
    });
  }

  /** The names of the layers of both networks, in their own order; the fake score has none where the run learns none. */
  get layers(): { generator: readonly string[]; fake: readonly string[] } {
    return { generator: layerNames(this.generator.params), fake: layerNames(this.fake.params) };
  }

  /**
   * One-step samples [n, …] of `z` ~ N(0, I) [n, …] and, of a generator with classes, `labels` int32 [n] (by default its
   * classes in turn). `average` is the running average of the weights, the default where one is kept. A fresh tensor.
   */
  generate(z: tf.Tensor, { labels, average }: { labels?: tf.Tensor1D; average?: boolean } = {}): tf.Tensor {
    const params = this.weights({ average });
    return tidy(() =>
      inBatches(z, labels ?? inTurn(z.shape[0]!, this.draws.labels), (z, labels) => this.G(params, z, labels)),
    );
  }

  /** G's weights, or their running average; they stay the Distiller's, and the next step disposes them. */
  weights({ average = this.config.ema > 0 }: { average?: boolean } = {}): Params {
    return average && this.config.ema > 0 ? this.generator.average : this.generator.params;
  }

  /** Everything that a checkpoint needs. The tensors stay the Distiller's, and the next step disposes them. */
  state(): DistillerState {
    return {
      tensors: flatten({ generator: this.generator, fake: this.fake }),
      progress: { iteration: this.iteration, updates: { ...this.updates }, random: this.draws.state() },
    };
  }

  /**
   * Goes on from `state`, whose tensors stay the caller's: on the same engine, exactly as the run that it came from. A
   * failure when it belongs to a run with other networks.
   */
  restore({ tensors, progress }: DistillerState): void {
    const old = { generator: this.generator, fake: this.fake };
    const { generator, fake } = unflatten(tensors, old);
    tf.dispose(old as never);
    this.generator = generator;
    this.fake = fake;
    this.iteration = progress.iteration;
    this.updates = { ...progress.updates };
    this.draws = this.draws.resumed(progress.random);
  }

  /** Frees all weights and optimiser states. */
  dispose(): void {
    tf.dispose([this.generator, this.fake] as never);
  }

  /** What distribution matching needs; nothing when it is switched off. */
  private drawMatching(draws = this.draws): Matching | undefined {
    if (this.config.lambdaDm === 0) return undefined;
    const random = { ...draws.source(), ...draws.noising(this.config.timestepRange) };
    return { ...random, real: this.teacher.params, fake: this.fake.params };
  }

  /** What the step `plan` draws, in the order in which it does. */
  private drawLosses({ phase }: Plan, draws: Draws): LossGradientsInput {
    const { lambdaReg } = this.config;
    const matching = phase === 'matching' ? this.drawMatching(draws) : undefined;
    const pairs = phase === 'regression' || (phase === 'matching' && lambdaReg > 0) ? draws.pairBatch() : undefined;
    const denoising =
      phase !== 'regression' && learnsFakeScore(this.config)
        ? { ...(matching ? sourceOf(matching) : draws.source()), ...draws.noising(), fake: this.fake.params }
        : undefined;
    return { params: this.generator.params, matching, pairs, denoising };
  }

  private requireScores(): void {
    if (this.config.lambdaDm > 0) return;
    throw usageError('There is no score to look at: distribution matching is off, with lambdaDm `0`.');
  }

  private hyper(network: 'generator' | 'fake', plan: Plan, update: number): AdamwHyper {
    const { learningRate, biasCorrection1, biasCorrection2 } = adamwHyper(
      update,
      learningRateAt(this.config, network, plan.phase, update),
    );
    return {
      learningRate: tf.scalar(learningRate),
      biasCorrection1: tf.scalar(biasCorrection1),
      biasCorrection2: tf.scalar(biasCorrection2),
    };
  }

  private byHand(): Plan {
    return { phase: 'matching', step: stepsDone(this.config, this.iteration) };
  }
}

/** tf.tidy, for results of any shape. */
const tidy = <T>(fn: () => T): T => tf.tidy(fn as never) as T;

const sourceOf = ({ z, labels }: Source): Source => ({ z, labels });
