/**
 * What a run warns of while the reader is there; earlier warnings stand among its details.
 */
import { effect } from '@preact/signals-core';
import type { RunModel } from '../run-model.ts';
import type { Session } from '../session.ts';

export function tellWarnings(session: Session): void {
  const told = new WeakMap<RunModel, number>();
  effect(() => {
    const model = session.current.value;
    if (!model?.complete.value) return;
    const warnings = model.events('warning').value;
    for (const { message } of warnings.slice(told.get(model) ?? warnings.length)) session.report(message);
    told.set(model, warnings.length);
  });
}
