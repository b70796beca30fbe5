-- What becomes of the state of the Responses API in a workspace: Default, Off, Forbidden.
alter table governance_workspaces add column responses_state text not null default 'Default';
