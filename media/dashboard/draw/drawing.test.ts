import { describe, expect, it } from 'vitest';
import { Drawing } from './drawing.ts';

describe('a drawing', () => {
  it('is undone and redone stroke by stroke', () => {
    const drawing = new Drawing({ points: [], std: 0.1 });
    drawing.mark();
    drawing.add([0, 0]);
    drawing.add([1, 0]);
    drawing.mark();
    drawing.erase([0.9, 0], 0.3);
    expect(drawing.now.value.points).toEqual([[0, 0]]);
    drawing.undo();
    expect(drawing.now.value.points).toHaveLength(2);
    drawing.undo();
    expect(drawing.now.value.points).toEqual([]);
    expect(drawing.canUndo.value).toBe(false);
    drawing.undo();
    drawing.redo();
    drawing.redo();
    expect(drawing.now.value.points).toEqual([[0, 0]]);
    expect(drawing.canRedo.value).toBe(false);
  });

  it('gets another spread and shape, and forgets what was undone when it goes on', () => {
    const drawing = new Drawing({ points: [[0, 0]], std: 0.1 });
    drawing.setStd(0.2);
    drawing.replace({ points: [[1, 1]], std: 0.05 });
    drawing.undo();
    expect(drawing.now.value).toEqual({ points: [[0, 0]], std: 0.2 });
    drawing.mark();
    drawing.add([0.5, 0.5]);
    expect(drawing.canRedo.value).toBe(false);
  });

  it('takes no more than can be shown at once', () => {
    const drawing = new Drawing({ points: [], std: 0.1 });
    let taken = 0;
    while (drawing.add([0, 0])) taken++;
    expect(taken).toBe(3000);
    expect(drawing.now.value.points).toHaveLength(3000);
  });
});
