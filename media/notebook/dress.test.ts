import { expect, test } from 'vitest';
import { dressed, nameOf, type PlotlyFigure } from './dress.ts';

const colours = { text: '#111111', soft: '#222222', line: '#333333', background: '#444444', font: 'Inter' };
const figure: PlotlyFigure = {
  data: [{ type: 'scatter', name: 'L_DM', x: [1, 2], y: [3, 4] }],
  layout: { title: { text: 'Losses' }, xaxis: { gridcolor: 'red' }, width: 1200 },
};

test('what a figure leaves open follows the window, and what it says stays', () => {
  const { layout } = dressed(figure, colours, 800);
  const template = layout.template as { layout: { font: object; xaxis: object; paper_bgcolor: string } };
  expect(template.layout.font).toEqual({ family: 'Inter', color: '#111111' });
  expect(template.layout.xaxis).toMatchObject({ gridcolor: '#333333', tickfont: { color: '#222222' } });
  expect(layout.xaxis).toEqual({ gridcolor: 'red' });
});

test("another's template keeps what is no colour of the window", () => {
  const template = { layout: { colorway: ['#abcdef'], font: { size: 20, color: 'white' } } };
  const { layout } = dressed({ ...figure, layout: { template } }, colours, 800);
  expect((layout.template as typeof template).layout).toMatchObject({
    colorway: ['#abcdef'],
    font: { size: 20, color: '#111111' },
  });
});

test('a figure is as wide as it says, where there is room, and has a height', () => {
  expect(dressed(figure, colours, 800).layout).toMatchObject({ width: 800, height: 360 });
  expect(dressed(figure, colours, 2000).layout.width).toBe(1200);
});

test('Plotly gets a copy, which it may write into', () => {
  const { data, layout } = dressed(figure, colours, 800);
  (data[0] as { x: number[] }).x.push(9);
  (layout.xaxis as { gridcolor: string }).gridcolor = 'blue';
  expect(figure.data).toEqual([{ type: 'scatter', name: 'L_DM', x: [1, 2], y: [3, 4] }]);
  expect(figure.layout.xaxis?.gridcolor).toBe('red');
});

test('a figure is called by its title, or by what it shows', () => {
  expect(nameOf(figure)).toBe('Losses');
  expect(nameOf({ ...figure, layout: {} })).toBe('L_DM');
  expect(nameOf({ data: [], layout: {} })).toBe('Figure');
});
