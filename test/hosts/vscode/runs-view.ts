/**
 * The view of runs in the window: its rows, the buttons on them and their menus.
 */
import type { Locator } from 'playwright-core';
import type { Workbench } from './workbench.ts';

export interface RunsView {
  /** The row of the run that is called so; `state`: and is described so. */
  row(name: string, state?: RegExp): Locator;
  /** Presses a button on a run's row. */
  press(name: string, button: string): Promise<void>;
  /** Chooses from a run's menu. */
  choose(name: string, item: string): Promise<void>;
}

/** Shows the view. */
export async function openRunsView({ page }: Workbench): Promise<RunsView> {
  if (!(await page.locator('.sidebar .composite.title', { hasText: 'DMD Lab' }).isVisible()))
    await page.locator('.activitybar a.action-label[aria-label^="DMD Lab"]').click();
  const rows = page.locator('.sidebar .tree-explorer-viewlet-tree-view .monaco-list-row');
  const row = (name: string, state?: RegExp) => {
    const named = rows.filter({ has: page.locator('.label-name').getByText(name, { exact: true }) });
    return state ? named.filter({ hasText: state }) : named;
  };
  return {
    row,
    async press(name, button) {
      await row(name).hover();
      await row(name).locator(`.actions a.action-label[aria-label^="${button}"]`).click();
    },
    async choose(name, item) {
      await row(name).click({ button: 'right' });
      const entry = page.locator('.monaco-menu .action-item', { hasText: item }).first();
      await entry.hover();
      // a menu that has just come takes no click
      await page.waitForTimeout(400);
      await entry.click();
      await entry.waitFor({ state: 'detached' });
    },
  };
}
