-- What an admin token may do: Admin, Operator, Approver, Viewer. Those of before may do everything.
alter table governance_admin_tokens add column role text not null default 'Admin';
