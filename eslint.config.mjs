import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { importX } from 'eslint-plugin-import-x';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';
import { dependencyZones } from './scripts/lint/dependencies.mjs';

const hostClient = {
  group: ['@nocobase/client', '@nocobase/client/*'],
  message: 'It exists in the legacy runtime only: import @nocobase/client-v2 or @nocobase/flow-engine.',
};
const hostServer = {
  group: ['@nocobase/*', '!@nocobase/client-v2', '!@nocobase/flow-engine', 'node:*'],
  message: 'Client code runs in both client runtimes: import only @nocobase/client-v2 and @nocobase/flow-engine.',
};
const browserOnly = {
  group: ['@nocobase/client*', '@nocobase/client*/**', '@nocobase/flow-engine', 'react', 'react-dom', 'antd'],
  message: 'This exists in the browser only.',
};

const restrictedImports = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns }] });

export default tseslint.config(
  { ignores: ['dist', '**/node_modules', 'storage', 'sandbox/nocobase', 'test-results', '.cache', 'coverage'] },
  {
    files: ['**/*.{ts,tsx,mjs,js}'],
    extends: [tseslint.configs.strict],
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    rules: {
      'max-lines': ['warn', { max: 300, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones: dependencyZones }],
      ...restrictedImports(hostClient),
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      // The host's application awaits asynchronous listeners, and antd takes asynchronous handlers.
      '@typescript-eslint/no-misused-promises': [
        'error',
        { checksVoidReturn: { arguments: false, attributes: false } },
      ],
    },
  },
  {
    files: ['src/client/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      ...restrictedImports(hostClient, hostServer),
    },
  },
  { files: ['src/server/**/*.ts'], rules: restrictedImports(hostClient, browserOnly) },
  { files: ['src/shared/**/*.ts'], rules: restrictedImports(hostClient, browserOnly, hostServer) },
  {
    files: ['client.js', 'client-v2.js', 'server.js'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
