/** Settings → Email settings. */
import React from 'react';

export default function SettingsPage() {
  return <div />;
}
