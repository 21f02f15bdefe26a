/**
 * What a notebook's file says of its language and its kernel, where Jupyter looks for it.
 */
export const NOTEBOOK_TYPE = 'jupyter-notebook';
/** Of our kernel in VS Code. */
export const CONTROLLER_ID = 'dmd-lab-typescript';
/** Languages of cells that the kernel runs, the first of new cells. */
export const LANGUAGES = ['typescript', 'javascript'];

/** Kernels of TypeScript notebooks that ours stands in for: our own kernelspec, and that of tslab itself. */
const kernelNames = ['dmd-lab', 'tslab'];

const kernelMetadata = {
  kernelspec: { display_name: 'TypeScript (DMD Lab)', language: 'typescript', name: 'dmd-lab' },
  language_info: { file_extension: '.ts', mimetype: 'text/typescript', name: 'typescript' },
};

type Json = Readonly<Record<string, unknown>>;

/** Whether the notebook, by its metadata in VS Code, is one for our kernel. Another's TypeScript kernel is left alone. */
export function isOurs(metadata: Json): boolean {
  const { kernelspec, language_info } = objectOf(metadata.metadata);
  const { name } = objectOf(kernelspec);
  return typeof name === 'string' ? kernelNames.includes(name) : objectOf(language_info).name === 'typescript';
}

/** `metadata` with our kernel in it; undefined where it is there. */
export function withOurKernel(metadata: Json): Json | undefined {
  const own = objectOf(metadata.metadata);
  const isThere =
    objectOf(own.kernelspec).name === kernelMetadata.kernelspec.name &&
    objectOf(own.language_info).name === kernelMetadata.language_info.name;
  return isThere ? undefined : { ...metadata, metadata: { ...own, ...kernelMetadata } };
}

const objectOf = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
