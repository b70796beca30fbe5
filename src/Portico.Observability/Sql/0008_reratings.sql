-- One run over calls whose price was corrected afterwards, from newest to oldest: how far it has come, and its sums so far.
create table observability_reratings (
  id text primary key,
  state text not null,
  from_us bigint not null,
  to_us bigint not null,
  model text,
  reason text,
  asked_by text not null,
  position text not null,
  calls bigint not null,
  adjusted bigint not null,
  kept bigint not null,
  old_nano_usd bigint not null,
  new_nano_usd bigint not null,
  created_us bigint not null,
  updated_us bigint not null
);

-- What a run changed of a call's cost. The call's own record is never changed: what it costs now is what it says and all differences of its adjustments.
create table observability_adjustments (
  call_id text not null,
  rerating_id text not null,
  started_us bigint not null,
  use_case_id text not null,
  model text not null,
  old_nano_usd bigint not null,
  new_nano_usd bigint not null,
  old_unpriced bigint not null,
  new_unpriced bigint not null,
  price_id text,
  price_version bigint not null,
  primary key (call_id, rerating_id)
);

create index observability_adjustments_run on observability_adjustments (rerating_id, call_id);
create index observability_adjustments_time on observability_adjustments (started_us);
