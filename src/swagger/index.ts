/** OpenAPI document of the plugin, found by the host in dist/swagger: its API page and its MCP server read it. */
import { operations, pathItem } from './paths';
import { schemas } from './schemas';

const paths = Object.fromEntries(
  Object.entries(operations).flatMap(([resource, actions]) =>
    Object.entries(actions).map(([action, operation]) => [
      `/${resource}:${action}`,
      pathItem(resource, action, operation),
    ]),
  ),
);

export default {
  openapi: '3.0.3',
  info: { title: 'NocoBase API - Email manager plugin', version: '1.0.0' },
  tags: Object.keys(operations).map((name) => ({ name })),
  paths,
  components: { schemas },
};
