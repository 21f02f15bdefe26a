// Bundles what VS Code draws the figures of notebooks with into dist/media. The Plotly in it is the dashboard's, loaded from
// the file beside it.
import { build } from 'esbuild';

const dashboardsPlotly = {
  name: 'dashboards-plotly',
  setup(b) {
    b.onResolve({ filter: /^plotly\.js-/ }, () => ({ path: './dashboard.js', external: true }));
  },
};

export async function buildRenderer() {
  await build({
    entryPoints: { 'notebook-renderer': 'media/notebook/renderer.ts' },
    outdir: 'dist/media',
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'chrome110',
    minify: true,
    plugins: [dashboardsPlotly],
    logLevel: 'warning',
  });
}
