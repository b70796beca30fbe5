-- Names of the roles of an admin token, a JSON array. Tokens of earlier builds could do everything.
alter table governance_admin_tokens add column roles text not null default '["owner"]';
