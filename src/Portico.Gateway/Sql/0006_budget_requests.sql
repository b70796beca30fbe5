-- Who asked for a higher limit and what came of it. Never deleted, the budget's removal included: it is the record of the decision.
create table gateway_budget_requests (
  id text primary key,
  budget_id text not null,
  state text not null,
  limit_before bigint not null,
  limit_asked bigint not null,
  limit_given bigint,
  reason text not null,
  asked_by text not null,
  asked_by_name text not null,
  asked_us bigint not null,
  decided_by text,
  decided_by_name text,
  decided_us bigint,
  note text
);

create unique index gateway_budget_requests_open on gateway_budget_requests (budget_id, asked_by) where state = 'open';
create index gateway_budget_requests_of on gateway_budget_requests (budget_id, id);
