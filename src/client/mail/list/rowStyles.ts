/** Classes of a line of the list, made of antd's tokens. */
import { useMemo } from 'react';
import { css } from '@emotion/css';
import { theme } from 'antd';

export function useRowStyles() {
  const { token } = theme.useToken();
  return useMemo(
    () => ({
      row: css`
        position: relative;
        display: grid;
        grid-template-columns: 36px minmax(0, 1fr) auto;
        column-gap: ${token.marginSM}px;
        align-items: center;
        padding: 9px ${token.paddingSM}px 9px 16px;
        cursor: pointer;
        border-bottom: 1px solid ${token.colorBorderSecondary};
        content-visibility: auto;
        contain-intrinsic-size: auto 84px;
        color: ${token.colorText};
        line-height: 1.5;
        &:hover {
          background: ${token.colorFillQuaternary};
        }
        &[aria-current='true'] {
          background: ${token.controlItemBgActive};
          box-shadow: inset 3px 0 0 ${token.colorPrimary};
        }
        &[data-ticked] {
          background: ${token.controlItemBgActive};
        }
        &[aria-current='true']:hover,
        &[data-ticked]:hover {
          background: ${token.controlItemBgActiveHover};
        }
        &[data-cursor]::after {
          content: '';
          position: absolute;
          inset: 1px;
          border: 1px solid ${token.colorPrimary};
          border-radius: ${token.borderRadiusSM}px;
          pointer-events: none;
        }
        [role='listbox']:focus-visible &[data-cursor]::after {
          border: 2px solid ${token.colorPrimary};
        }
        /* Where there is a pointer, the date makes room for what can be done. */
        @media (hover: hover) {
          &:hover:has([aria-hidden] button) [data-part='when'] {
            visibility: hidden;
          }
        }
      `,
      face: css`
        grid-row: 1 / span 3;
        align-self: start;
        position: relative;
        width: 36px;
        height: 36px;
        margin-top: 2px;
        display: grid;
        place-items: center;
        > * {
          grid-area: 1 / 1;
        }
        > .ant-checkbox-wrapper {
          display: none;
          padding: 10px;
        }
        &[data-ticking] > [data-part='avatar'] {
          display: none;
        }
        &[data-ticking] > .ant-checkbox-wrapper {
          display: inline-flex;
        }
        @media (hover: hover) {
          [role='option']:hover & > [data-part='avatar'] {
            display: none;
          }
          [role='option']:hover & > .ant-checkbox-wrapper {
            display: inline-flex;
          }
        }
      `,
      dot: css`
        position: absolute;
        inset-inline-start: 4px;
        top: 24px;
        width: 8px;
        height: 8px;
        border-radius: 50%;
        background: ${token.colorPrimary};
      `,
      count: css`
        display: inline-block;
        min-width: 18px;
        margin-inline-start: 6px;
        padding: 0 5px;
        border-radius: 9px;
        background: ${token.colorFillSecondary};
        color: ${token.colorTextSecondary};
        font-size: 11px;
        font-weight: normal;
        line-height: 18px;
        text-align: center;
      `,
      subject: css`
        grid-column: 2 / span 2;
        display: flex;
        gap: ${token.marginXS}px;
        align-items: center;
        min-width: 0;
        min-height: 22px;
      `,
      marks: css`
        display: inline-flex;
        flex: none;
        gap: 6px;
        align-items: center;
      `,
      preview: css`
        grid-column: 2 / span 2;
        font-size: ${token.fontSizeSM}px;
        min-height: 1.5em;
      `,
      actions: css`
        display: none;
        position: absolute;
        inset-inline-end: 8px;
        top: 8px;
        padding: 2px;
        border-radius: ${token.borderRadius}px;
        background: ${token.colorBgElevated};
        box-shadow: ${token.boxShadowTertiary};
        @media (hover: hover) {
          [role='option']:hover & {
            display: inline-flex;
          }
        }
      `,
    }),
    [token],
  );
}
