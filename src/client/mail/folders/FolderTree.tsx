/** The folders of an account, nested as on the server; what is folded away stays so. */
import React from 'react';
import { observer } from '@nocobase/flow-engine';
import type { AccountView } from '../../../shared/types';
import { FOLDER_ICONS } from './icons';
import { Freshness } from './Freshness';
import { NavItem } from './NavItem';
import { contains, unreadBelow, unreadOf, type FolderNode } from './tree';
import { useFolded } from './useFolded';

interface FolderTreeProps {
  nodes: readonly FolderNode[];
  account: AccountView;
  currentId: string | null;
  onChoose: (mailboxId: string) => void;
}

export const FolderTree = observer(function FolderTree(props: FolderTreeProps) {
  const [folded, toggle] = useFolded(props.account.id);
  return <Level {...props} depth={0} folded={folded} onToggle={toggle} />;
});

interface LevelProps extends FolderTreeProps {
  depth: number;
  folded: ReadonlySet<string>;
  onToggle: (path: string) => void;
}

function Level({ nodes, depth, ...rest }: LevelProps) {
  const { account, currentId, folded, onToggle, onChoose } = rest;
  return (
    <>
      {nodes.map((node) => {
        const { mailbox, label, children } = node;
        // What is being read is never folded away.
        const inside = currentId !== null && children.some((child) => contains(child, currentId));
        const expanded = children.length > 0 ? inside || !folded.has(mailbox.path) : undefined;
        return (
          <React.Fragment key={mailbox.id}>
            <NavItem
              icon={FOLDER_ICONS[mailbox.role]}
              label={label}
              hint={
                <>
                  {label !== mailbox.path && <div>{mailbox.path}</div>}
                  <Freshness mailbox={mailbox} account={account} inTooltip />
                </>
              }
              count={expanded === false ? unreadBelow(node) : unreadOf(mailbox)}
              current={mailbox.id === currentId}
              depth={depth}
              expanded={expanded}
              failing={mailbox.freshness === 'failing'}
              onToggle={() => onToggle(mailbox.path)}
              onClick={() => onChoose(mailbox.id)}
            />
            {expanded && <Level {...rest} nodes={children} depth={depth + 1} />}
          </React.Fragment>
        );
      })}
    </>
  );
}
