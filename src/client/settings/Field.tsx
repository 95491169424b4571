/** A form field whose hint and mistake both fit above the next one. */
import React from 'react';
import { Form, theme, type FormItemProps } from 'antd';
import type { ProviderFields } from './providerFields';

export function Field(props: FormItemProps<ProviderFields>) {
  const { token } = theme.useToken();
  // Form.Item gives its margin away when it shows a mistake: half of the distance is kept out of its reach.
  return (
    <div style={{ paddingBlockEnd: token.marginSM }}>
      <Form.Item<ProviderFields> {...props} style={{ marginBlockEnd: token.marginSM, ...props.style }} />
    </div>
  );
}
