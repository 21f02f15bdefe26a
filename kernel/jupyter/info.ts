/**
 * What Jupyter is told of this kernel.
 */
import { createRequire } from 'node:module';

export function kernelInfo(): object {
  const require = createRequire(__filename);
  const { version } = require('../package.json') as { version: string };
  return {
    status: 'ok',
    protocol_version: '5.3',
    implementation: 'dmd-lab',
    implementation_version: version,
    banner: `DMD Lab ${version}`,
    language_info: {
      name: 'typescript',
      version: '5.0',
      mimetype: 'text/typescript',
      file_extension: '.ts',
      pygments_lexer: 'typescript',
      codemirror_mode: { name: 'javascript', typescript: true },
    },
  };
}
