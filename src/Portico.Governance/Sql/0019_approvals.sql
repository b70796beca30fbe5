-- Calls that a content rule wants a person to decide about. What was said stands in none of them: digest is an HMAC over the call, its caller and the rule, by which the same call
-- is told again. found_length: characters. asks: how often it was asked meanwhile. expires_us: until then an open one waits, and a declined one answers for who asks again.
create table governance_policy_requests (
  id text primary key,
  state text not null,
  organisation_id text not null,
  workspace_id text not null,
  use_case_id text not null,
  key_id text,
  person_id text,
  call_id text not null,
  operation text not null,
  model text not null,
  rule text not null,
  level_id text not null,
  level_version bigint not null,
  line_number bigint not null,
  channel text not null,
  found_length bigint not null,
  digest text not null,
  asks bigint not null default 1,
  asked_us bigint not null,
  expires_us bigint not null,
  decided_by text,
  decided_by_name text,
  decided_us bigint,
  until_us bigint,
  note text
);

create unique index governance_policy_requests_open on governance_policy_requests (digest) where state = 'open';
create index governance_policy_requests_of on governance_policy_requests (digest, expires_us);
create index governance_policy_requests_live on governance_policy_requests (until_us) where state = 'approved';
create index governance_policy_requests_workspace on governance_policy_requests (workspace_id, state);

-- The key of those digests, sealed.
create table governance_policy_digest_keys (
  id text primary key,
  sealed text not null
);

-- How much risk a use case bears, in words of the EU AI Act (minimal, limited, high; null = nobody said), and who said so. purpose_version counts changes of the purpose.
alter table governance_use_cases add column risk_class text;
alter table governance_use_cases add column risk_set_by text;
alter table governance_use_cases add column risk_set_by_name text;
alter table governance_use_cases add column risk_set_us bigint;
alter table governance_use_cases add column purpose_version bigint not null default 1;

-- Who approved a use case, for which class and which version of its purpose. Never removed; what is taken back says by whom and why.
create table governance_use_case_approvals (
  id text primary key,
  use_case_id text not null,
  risk_class text not null,
  purpose_version bigint not null,
  approved_by text not null,
  approved_by_name text not null,
  approved_us bigint not null,
  note text,
  revoked_by text,
  revoked_by_name text,
  revoked_us bigint,
  reason text
);

create index governance_use_case_approvals_of on governance_use_case_approvals (use_case_id);
