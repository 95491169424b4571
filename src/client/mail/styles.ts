/** Classes of the mail centre, made of antd's tokens: light and dark alike. */
import { useMemo } from 'react';
import { css } from '@emotion/css';
import { theme } from 'antd';

/** Class names for the current theme. */
export function useStyles() {
  const { token } = theme.useToken();
  return useMemo(
    () => ({
      pane: css`
        display: flex;
        flex-direction: column;
        height: 100%;
        min-width: 0;
        min-height: 0;
        background: ${token.colorBgContainer};
        @media (prefers-reduced-motion: reduce) {
          *,
          *::before,
          *::after {
            animation: none !important;
            transition: none !important;
          }
        }
      `,
      bar: css`
        display: flex;
        align-items: center;
        gap: ${token.marginXS}px;
        flex: none;
        min-height: 48px;
        padding: ${token.paddingXS}px ${token.paddingSM}px;
        border-bottom: 1px solid ${token.colorBorderSecondary};
      `,
      scroll: css`
        flex: 1;
        min-height: 0;
        overflow-y: auto;
        overflow-x: hidden;
        overscroll-behavior: contain;
      `,
      list: css`
        &:focus-visible {
          outline: none;
        }
        &:focus-visible:not([aria-activedescendant]) > [role='option']:first-child {
          outline: 2px solid ${token.colorPrimary};
          outline-offset: -2px;
        }
        &:focus-visible:not(:has([data-cursor])) [aria-current='true'] {
          outline: 2px solid ${token.colorPrimary};
          outline-offset: -2px;
        }
      `,
      /** As high as a line of the list, so that nothing jumps when the mail comes. */
      loadingRow: css`
        padding: 13px ${token.paddingSM}px 12px 16px;
        border-bottom: 1px solid ${token.colorBorderSecondary};
        .ant-skeleton-paragraph > li {
          height: 12px;
        }
        .ant-skeleton-paragraph > li + li {
          margin-block-start: 9px;
        }
      `,
      line: css`
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      `,
      secondary: css`
        color: ${token.colorTextSecondary};
      `,
      navItem: css`
        display: flex;
        align-items: center;
        gap: ${token.marginXS}px;
        width: 100%;
        min-height: 34px;
        padding: 4px ${token.paddingSM}px;
        border: 0;
        border-radius: ${token.borderRadius}px;
        background: transparent;
        color: ${token.colorText};
        font: inherit;
        text-align: start;
        cursor: pointer;
        &:hover {
          background: ${token.colorFillTertiary};
        }
        &:focus-visible {
          outline: 2px solid ${token.colorPrimary};
          outline-offset: -2px;
        }
        &[aria-current='page'] {
          background: ${token.controlItemBgActive};
          color: ${token.colorText};
          font-weight: ${token.fontWeightStrong};
        }
      `,
      twisty: css`
        position: absolute;
        top: 5px;
        z-index: 1;
        display: grid;
        place-items: center;
        width: 18px;
        height: 24px;
        padding: 0;
        border: 0;
        border-radius: ${token.borderRadiusSM}px;
        background: transparent;
        color: ${token.colorTextSecondary};
        cursor: pointer;
        &:hover {
          background: ${token.colorFillSecondary};
          color: ${token.colorText};
        }
        &:focus-visible {
          outline: 2px solid ${token.colorPrimary};
        }
      `,
      card: css`
        border: 1px solid ${token.colorBorderSecondary};
        border-radius: ${token.borderRadiusLG}px;
        background: ${token.colorBgContainer};
        overflow: hidden;
      `,
      collapsed: css`
        display: flex;
        align-items: center;
        gap: ${token.marginSM}px;
        width: 100%;
        padding: ${token.paddingXS}px ${token.padding}px;
        border: 0;
        background: transparent;
        color: ${token.colorText};
        font: inherit;
        text-align: start;
        cursor: pointer;
        &:hover {
          background: ${token.colorFillQuaternary};
        }
        &:focus-visible {
          outline: 2px solid ${token.colorPrimary};
          outline-offset: -2px;
        }
      `,
      /** The head of an open message: closes it. */
      sender: css`
        display: block;
        max-width: 100%;
        padding: 0;
        border: 0;
        background: transparent;
        color: ${token.colorText};
        font: inherit;
        text-align: start;
        cursor: pointer;
        &:focus-visible {
          outline: 2px solid ${token.colorPrimary};
          outline-offset: -2px;
        }
      `,
      /** The head of a draft or of a mail on its way. */
      openRow: css`
        flex: 1;
        min-width: 0;
        padding: ${token.paddingSM}px ${token.padding}px;
        border: 0;
        background: transparent;
        color: ${token.colorText};
        font: inherit;
        text-align: start;
        button& {
          cursor: pointer;
          &:hover {
            background: ${token.colorFillQuaternary};
          }
          &:focus-visible {
            outline: 2px solid ${token.colorPrimary};
            outline-offset: -2px;
          }
        }
      `,
      plainText: css`
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        line-height: 1.6;
        a {
          color: ${token.colorLink};
        }
      `,
      centre: css`
        display: flex;
        flex-direction: column;
        align-items: center;
        justify-content: center;
        height: 100%;
        min-height: 240px;
        padding: ${token.paddingLG}px;
        text-align: center;
      `,
    }),
    [token],
  );
}
