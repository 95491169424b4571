/** The mail centre. */
import React from 'react';

export default function MailPage() {
  return <div />;
}
