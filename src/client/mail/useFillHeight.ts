/** Fills the window from where an element begins: the host's layouts give their pages no height. */
import { useLayoutEffect, useRef, useState, type RefObject } from 'react';

const LEAST = 360;

/** @returns the height in pixels, and the ref of the element that gets it */
export function useFillHeight<E extends HTMLElement = HTMLDivElement>(): [RefObject<E>, number] {
  const element = useRef<E>(null);
  const [height, setHeight] = useState(LEAST);
  useLayoutEffect(() => {
    const measure = () => {
      const top = element.current?.getBoundingClientRect().top ?? 0;
      setHeight(Math.max(LEAST, Math.floor(window.innerHeight - Math.max(0, top))));
    };
    measure();
    window.addEventListener('resize', measure);
    const watch = new ResizeObserver(measure);
    if (element.current?.parentElement) watch.observe(element.current.parentElement);
    return () => {
      window.removeEventListener('resize', measure);
      watch.disconnect();
    };
  }, []);
  return [element, height];
}
