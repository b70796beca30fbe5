-- Steps of batches: some lines of one deployment that lie as one batch at the provider. The row is written before anything is sent there.
-- lines: their numbers; state: made, waiting, ended, or alone when its lines are asked by themselves; provider_state: the provider's own word.
create table gateway_provider_batches (
  id text primary key,
  batch_id text not null,
  number bigint not null,
  deployment_id text not null,
  connection_id text not null,
  lines text not null,
  state text not null,
  provider_file text,
  provider_batch text,
  provider_state text,
  problem text,
  created_us bigint not null,
  sent_us bigint,
  ended_us bigint
);

create unique index gateway_provider_batches_by_batch on gateway_provider_batches (batch_id, number);
create index gateway_provider_batches_by_connection on gateway_provider_batches (connection_id, created_us);
