/** Rows read in bulk. */
import type { OrderItem, Transaction, WhereOptions } from 'sequelize';
import type { MailCollection } from '../../../shared/mailCollections';
import type { MailContext } from '../../context';
import { table, type Values } from '../rows';

/** What sequelize makes of a query, without running it. */
interface Generator {
  selectQuery(table: unknown, options: object, model: unknown): string;
}

/**
 * Rows of a collection as the driver gives them: read values by the functions of rows.ts. Sequelize's own findAll asks SQLite
 * for the columns of the table before every read, which takes longer than most of the reads.
 * @param where by attributes; nested ones only below `Op` keys of an attribute
 */
export async function readRows(
  mail: MailContext,
  collection: MailCollection,
  {
    attributes,
    where,
    order,
    limit,
  }: { attributes: readonly string[]; where: Values; order?: OrderItem[]; limit?: number },
  transaction?: Transaction,
): Promise<Values[]> {
  const { sequelize } = mail.db;
  const model = table(mail, collection);
  const column = (attribute: string) => model.rawAttributes[attribute]?.field ?? attribute;
  const { queryGenerator } = sequelize.getQueryInterface() as unknown as { queryGenerator: Generator };
  const sql = queryGenerator.selectQuery(
    model.getTableName(),
    {
      attributes: attributes.map((attribute) => [column(attribute), attribute]),
      where: Object.fromEntries(
        Object.entries(where).map(([attribute, value]) => [column(attribute), value]),
      ) as WhereOptions,
      ...(order && { order }),
      ...(limit !== undefined && { limit }),
    },
    model,
  );
  const options = { raw: true, type: 'SELECT', tableNames: [], ...(transaction && { transaction }) };
  return (await sequelize.query(sql, options as object)) as unknown as Values[];
}
