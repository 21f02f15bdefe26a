/**
 * What the host of a Distiller needs, besides the Distiller's own state, to go on and sum up as if it had never stopped.
 */
import { z } from 'zod';
import type { StepReport } from '../../distillation/report.ts';
import type { Figures } from '../summary.ts';
import type { Job } from './job.ts';

/** Seconds of steps that are enough for their median. */
const MOST_SECONDS = 500;

/** Numbers by name, as they were written. */
const written = <T extends object>() => z.custom<T>((value) => typeof value === 'object' && value !== null);

/** A part of a checkpoint; keys that are not known here are passed over. */
export const HostRecord = z.object({
  trainingSeconds: z.number().min(0),
  /** Of the last steps of Algorithm 1. */
  seconds: z.array(z.number()),
  lastReports: z.array(written<StepReport>()),
  figures: z.object({ start: written<Figures>().optional(), teacher: written<Figures>().optional() }),
});
export type HostRecord = z.output<typeof HostRecord>;

export const recordOf = ({ trainingSeconds, seconds, lastReports, figures }: Job): HostRecord => ({
  trainingSeconds,
  seconds: seconds.slice(-MOST_SECONDS),
  lastReports,
  figures,
});
