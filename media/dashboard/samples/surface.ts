/**
 * A canvas that fills the width it is given, with a pixel for every pixel of the screen.
 */
export interface Surface {
  readonly context: CanvasRenderingContext2D;
  /** What there is room for, in CSS pixels; 0 while nobody sees it. */
  room(): number;
  /** Takes a size in pixels of the screen, and clears; gives how many of those are a CSS pixel. */
  begin(size: (room: number) => readonly [width: number, height: number]): number;
}

/** A surface of `canvas`, which lies within `around`; `draw` is called when there is more room or less. */
export function surfaceOf(canvas: HTMLCanvasElement, around: HTMLElement, draw: () => void): Surface {
  const context = canvas.getContext('2d')!;
  let room = 0;
  new ResizeObserver(([entry]) => {
    const now = Math.floor(entry!.contentRect.width);
    if (now === room || now === 0) return;
    room = now;
    draw();
  }).observe(around);
  return {
    context,
    room: () => room,
    begin(size) {
      const ratio = devicePixelRatio || 1;
      const [width, height] = size(Math.floor(room * ratio));
      // setting a size clears, and takes memory anew
      if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
      else context.clearRect(0, 0, width, height);
      canvas.style.width = `${width / ratio}px`;
      canvas.style.height = `${height / ratio}px`;
      return ratio;
    },
  };
}
