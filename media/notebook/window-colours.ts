/**
 * The colours and the font of VS Code's window, as its theme has them now.
 */
export interface WindowColours {
  /** CSS colours. */
  readonly text: string;
  readonly soft: string;
  readonly line: string;
  readonly background: string;
  readonly font: string;
}

export function windowColours(): WindowColours {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string, other: string): string => style.getPropertyValue(`--vscode-${name}`).trim() || other;
  const text = colour('editor-foreground', '#1d2127');
  return {
    text,
    soft: colour('descriptionForeground', text),
    line: colour('editorWidget-border', colour('panel-border', '#80808059')),
    background: colour('editor-background', '#ffffff'),
    font: colour('font-family', 'sans-serif'),
  };
}
