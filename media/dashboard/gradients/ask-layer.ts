/**
 * Asks for a layer's weights and gradients: of the run as it is, or of its last checkpoint.
 */
import { effect, signal, type ReadonlySignal } from '@preact/signals-core';
import type { ControlReply } from '../../../src/runs/contract.ts';
import type { App } from '../app.ts';
import { messageOf } from '../../../src/errors.ts';

export interface LayerAnswer {
  /** An answer is on its way. */
  readonly asking: boolean;
  /** The last one, of this layer. */
  readonly layer?: NonNullable<ControlReply<'inspect'>['layer']>;
  readonly iteration?: number;
  readonly error?: string;
}

/**
 * What is known of the chosen layer, asked for again when another is chosen, when `again` changes, or when the run has told
 * of its layers anew; only while somebody looks.
 */
export function layerAnswer(
  app: App,
  layer: ReadonlySignal<string | undefined>,
  visible: ReadonlySignal<boolean>,
  again: ReadonlySignal<number>,
): ReadonlySignal<LayerAnswer> {
  const answer = signal<LayerAnswer>({ asking: false });
  let asked = '';
  let current: symbol | undefined;
  effect(() => {
    const run = app.current.value;
    const name = layer.value;
    if (!run || name === undefined || !visible.value) return;
    const told = run.events('layers').value.length;
    const question = JSON.stringify([run.run, name, run.head.value.live ? told : 'ended', again.value]);
    if (question === asked) return;
    asked = question;
    const mine = (current = Symbol());
    const before = answer.peek();
    const same = before.layer?.name === name;
    answer.value = same ? { ...before, asking: true, error: undefined } : { asking: true };
    app.host.ask('control', { run: run.run, message: { type: 'inspect', samples: [0], t: 0, layer: name } }).then(
      ({ ok }) => {
        const { layer, iteration } = ok as ControlReply<'inspect'>;
        if (mine === current) answer.value = { asking: false, layer, iteration };
      },
      (error: unknown) => {
        if (mine === current) answer.value = { ...answer.peek(), asking: false, error: messageOf(error) };
      },
    );
  });
  return answer;
}
