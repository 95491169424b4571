/** Where Microsoft returns the browser after a sign-in. */
import React from 'react';

export default function CallbackPage() {
  return <div />;
}
