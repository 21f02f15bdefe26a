/**
 * A run's dashboard from a cell: a link that opens it, and the run as it is now.
 */
import { dirname } from 'node:path';
import { startDashboard } from '../../dashboard/dashboard.ts';
import type { DashboardServer } from '../../dashboard/server.ts';
import { curvesChart } from '../../runs/curves.ts';
import { Figure } from '../figure.ts';
import { escaped } from '../html.ts';
import type { NotebookRun } from '../notebook-run.ts';

/** One for each run: it lives as long as the kernel. */
const servers = new Map<string, Promise<DashboardServer>>();

/**
 * A link to the run's dashboard, which lets one browser in, once, and its curves as they are now. The dashboard steers the
 * run: pause, single steps and questions act on the very object that cells have.
 *
 * ```ts
 * dashboard(run)
 * ```
 */
export const dashboard = ({ path, name, events }: NotebookRun): Figure =>
  new Figure(async () => {
    const server = servers.get(path) ?? startDashboard({ directory: dirname(path), show: [path] });
    servers.set(path, server);
    const url = (await server).newUrl();
    return {
      text: `Dashboard of ${name}: ${url}`,
      html: `<a href="${url}" target="_blank" rel="noopener">Open the dashboard of ${escaped(name)}</a> <small>(this link works once)</small>`,
      chart: curvesChart(name, events),
    };
  });
