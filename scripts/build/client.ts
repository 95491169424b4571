import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { hostModules } from './externals';
import { externalImports } from './server';

/**
 * Builds dist/client and dist/client-v2: one source as two named AMD modules, one for each client runtime.
 * @returns the host modules the output asks for
 */
export async function buildClient(root: string, packageName: string, minify: boolean): Promise<Set<string>> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [path.join(root, 'src/client/index.ts')],
    outfile: path.join(root, 'dist/client/index.js'),
    write: false,
    metafile: true,
    bundle: true,
    platform: 'browser',
    target: 'es2020',
    format: 'cjs',
    minify,
    // Saved pages address flow models by class name.
    keepNames: true,
    jsx: 'transform',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'warning',
    plugins: [hostModules('client')],
  });
  const [bundle, ...others] = outputFiles;
  if (!bundle || others.length > 0) {
    throw new Error(
      `The host loads one file a client, but the build gave ${outputFiles.map((file) => file.path).join(', ')}`,
    );
  }
  const modules = externalImports(metafile);
  for (const lane of ['client', 'client-v2']) {
    const name = lane === 'client' ? packageName : `${packageName}/${lane}`;
    await mkdir(path.join(root, 'dist', lane), { recursive: true });
    await writeFile(path.join(root, 'dist', lane, 'index.js'), amdModule(name, [...modules], bundle.text));
  }
  return modules;
}

/**
 * Wraps a CommonJS bundle as a named AMD module.
 * The bundle gets a function of its own, because minified top-level variables would overwrite the wrapper's; and an
 * exception while it loads, which would take the host's whole interface down, leaves an idle plugin behind instead.
 */
function amdModule(name: string, modules: string[], bundle: string): string {
  return `define(${JSON.stringify(name)}, ${JSON.stringify(modules)}, function () {
  var provided = arguments, names = ${JSON.stringify(modules)}, module = { exports: {} };
  var host = function (name) { return provided[names.indexOf(name)]; };
  try {
    (function (require, module, exports) {${bundle}
    })(host, module, module.exports);
  } catch (error) {
    console.error(${JSON.stringify(`${name} could not be loaded and is left out:`)}, error);
    var Base = (host("@nocobase/client-v2") || {}).Plugin || function () {};
    module.exports = { default: class extends Base { afterAdd() {} beforeLoad() {} load() {} } };
  }
  return module.exports;
});
`;
}
