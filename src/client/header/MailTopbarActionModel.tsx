/** The header icon in the modern runtime. */
import React from 'react';
import { TopbarActionModel } from '@nocobase/client-v2';
import { MailHeaderIcon } from './MailHeaderIcon';

export class MailTopbarActionModel extends TopbarActionModel {
  override sort = 210;
  override actionId = 'mail';
  override render() {
    return <MailHeaderIcon />;
  }
}
