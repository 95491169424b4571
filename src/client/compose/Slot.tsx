/** A place on the page that an element of somebody else's stands in: what is rendered into it keeps its state when it moves to another place. */
import React, { useLayoutEffect, useRef } from 'react';

interface SlotProps extends React.HTMLAttributes<HTMLDivElement> {
  node: HTMLElement;
}

export function Slot({ node, ...attributes }: SlotProps) {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    place.current?.append(node);
  }, [node]);
  return <div ref={place} {...attributes} />;
}
