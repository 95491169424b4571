/** Blocks and actions an administrator can put on any page. */
import { ActionModel, ActionSceneEnum, TableBlockModel } from '@nocobase/client-v2';
import type { Collection } from '@nocobase/flow-engine';
import { tExpr } from '../locale';

export class EmailTableBlockModel extends TableBlockModel {
  static override filterCollection(collection: Collection) {
    return collection.name === 'mailMessages';
  }
}
EmailTableBlockModel.define({
  label: tExpr('Email table'),
  createModelOptions: { use: 'EmailTableBlockModel', subModels: { columns: [{ use: 'TableActionsColumnModel' }] } },
});

export class MailSendActionModel extends ActionModel {
  static override scene = ActionSceneEnum.both;
  override defaultProps = { children: tExpr('Compose email'), icon: 'MailOutlined' };
}
MailSendActionModel.define({ label: tExpr('Compose email') });
