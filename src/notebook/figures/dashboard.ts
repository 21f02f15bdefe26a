/**
 * A run's dashboard from a cell: a link that opens it, and the run as it is now, as curves or as the whole page.
 */
import { dirname } from 'node:path';
import { startDashboard } from '../../dashboard/dashboard.ts';
import { readPageFiles } from '../../dashboard/page-files.ts';
import { replayOf } from '../../dashboard/replay/replay.ts';
import type { DashboardServer } from '../../dashboard/server/server.ts';
import { chartSvg } from '../../runs/charts/chart.ts';
import { curvesChart } from '../../runs/charts/curves.ts';
import { Figure } from '../figure.ts';
import { escaped } from '../html.ts';
import type { NotebookRun } from '../notebook-run.ts';

/** One for each run: it lives as long as the kernel. */
const servers = new Map<string, Promise<DashboardServer>>();

/**
 * A link to the run's dashboard, which lets one browser in, once, and its curves as they are now. The dashboard steers the
 * run: pause, single steps and questions act on the very object that cells have. With `inline`, the dashboard itself stands
 * below the link, `height` pixels high, with the run as it is now to look through: it needs no server, and stays in the
 * notebook and its export; it takes 2 MB and more of them.
 *
 * ```ts
 * dashboard(run)
 * dashboard(run, { inline: true })
 * ```
 */
export const dashboard = ({ path, name, events }: NotebookRun, { inline = false, height = 800 } = {}): Figure =>
  new Figure(async () => {
    const server = servers.get(path) ?? startDashboard({ directory: dirname(path), show: [path] });
    servers.set(path, server);
    const url = (await server).newUrl();
    const text = `Dashboard of ${name}: ${url}`;
    const link = `<a href="${url}" target="_blank" rel="noopener">Open the dashboard of ${escaped(name)}</a> <small>(this link works once)</small>`;
    const chart = curvesChart(name, events);
    if (!inline) return { text, html: link, chart };
    const { html } = await replayOf(path, await readPageFiles());
    // by itself: what it shows can reach neither the notebook nor its server
    const page = `<iframe sandbox="allow-scripts allow-downloads" style="width:100%;height:${Number(height)}px;border:0" srcdoc="${escaped(html)}"></iframe>`;
    return { text, html: `${link}<br>${page}`, svg: chart && chartSvg(chart) };
  });
