import { expect, test } from 'vitest';
import { Config } from './config.ts';
import { iterationsOf, planOf, stepsDone } from './plan.ts';

const configWith = (settings: object) =>
  Config.parse({ teacher: 'ring', steps: 3, warmup: { regressionSteps: 2, fakeSteps: 1 }, ...settings });

/** What every iteration does, until the run is over, and the steps of Algorithm 1 that lie behind each. */
function courseOf(config: Config): string[] {
  const course: string[] = [];
  for (let i = 0, plan; (plan = planOf(config, i)); i++)
    course.push(`${plan.phase} ${plan.step}, ${stepsDone(config, i)}`);
  return course;
}

test('warm-up comes first, and its steps are none of Algorithm 1', () => {
  const config = configWith({});
  expect(courseOf(config)).toEqual([
    'regression 1, 0',
    'regression 2, 0',
    'fake-score 1, 0',
    'matching 1, 0',
    'matching 2, 1',
    'matching 3, 2',
  ]);
  expect(iterationsOf(config)).toBe(6);
  expect(stepsDone(config, 6)).toBe(3);
});

test('a run that learns no fake score does not warm it up', () => {
  for (const settings of [{ lambdaDm: 0 }, { fakeScore: 'exact' }]) {
    const config = configWith(settings);
    expect(courseOf(config).map((each) => each.split(' ')[0])).toEqual([
      ...['regression', 'regression'],
      ...['matching', 'matching', 'matching'],
    ]);
    expect(iterationsOf(config)).toBe(5);
  }
});
