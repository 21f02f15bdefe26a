import tseslint from 'typescript-eslint';
import globals from 'globals';

/** The rooms of the core: each takes from those before it alone, so that no arrow between them turns back. */
const rooms = [
  ...['engine', 'diffusion', 'data', 'colours', 'networks', 'samplers', 'metrics', 'teachers'],
  ...['distillation', 'runs', 'dashboard', 'notebook', 'cli'],
];

const backends = {
  group: ['onnxruntime*', '@tensorflow/tfjs-backend-*', '@tensorflow/tfjs-node*'],
  message: 'Only src/engine knows tensor backends.',
};

/** @param {string} room */
const importsOf = (room) => ({
  files: [`src/${room}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        paths: ['vscode'],
        patterns: [
          ...(room === 'engine' ? [] : [backends]),
          {
            regex: `^(\\.\\./)+(${[...rooms.slice(rooms.indexOf(room) + 1), 'extension', 'kernel', 'media', 'test'].join('|')})/`,
            message: `Arrows between rooms go one way (docs/architecture.md), and this one leads back to who uses src/${room}.`,
          },
        ],
      },
    ],
  },
});

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.dmd/', '.cache/', '**/*_pb.ts'] },
  ...tseslint.configs.strict,
  ...tseslint.configs.stylistic,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      // an interface has no index signature, so it is no TensorTree
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  {
    // a GPU cannot answer at once, and runs repeat by their seeds
    files: ['src/**/*.ts'],
    ignores: ['src/engine/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Use the seeded generator of src/random.ts.' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'CallExpression[callee.property.name=/^(dataSync|arraySync)$/]',
          message: 'Read tensors with await t.data(): a GPU cannot answer synchronously.',
        },
      ],
    },
  },
  ...rooms.map(importsOf),
  {
    files: ['**/*.test.ts', 'test/**/*.ts'],
    rules: {
      'no-restricted-syntax': 'off',
      'no-restricted-imports': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
    },
  },
  { files: ['**/*.mjs'], languageOptions: { globals: globals.node } },
);
