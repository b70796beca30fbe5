-- Files of /v1/files. ready: 0 while it is written, by an upload or by a batch, and seen by nobody.
create table gateway_files (
  id text primary key,
  workspace_id text not null,
  key_id text not null,
  name text not null,
  purpose text not null,
  bytes bigint not null,
  ready bigint not null,
  created_us bigint not null,
  expires_us bigint not null
);

create index gateway_files_by_workspace on gateway_files (workspace_id, id);
create index gateway_files_by_end on gateway_files (expires_us);

-- The bytes of a file in order, sealed. size: bytes before sealing.
create table gateway_file_chunks (
  file_id text not null,
  seq bigint not null,
  size bigint not null,
  sealed blob not null,
  primary key (file_id, seq)
);

-- Batches of /v1/batches. owner: the journal of the node that runs it; fence: grows when it changes hands; lease_us: until when the owner said it lives.
create table gateway_batches (
  id text primary key,
  workspace_id text not null,
  key_id text not null,
  person_id text,
  endpoint text not null,
  status text not null,
  input_file_id text not null,
  output_file_id text,
  error_file_id text,
  metadata text,
  errors text,
  output_seconds bigint not null,
  total bigint not null,
  completed bigint not null,
  failed bigint not null,
  input_tokens bigint not null,
  cached_tokens bigint not null,
  output_tokens bigint not null,
  reasoning_tokens bigint not null,
  cost_nano_usd bigint not null,
  created_us bigint not null,
  expires_us bigint not null,
  in_progress_us bigint,
  finalizing_us bigint,
  cancelling_us bigint,
  ended_us bigint,
  owner text,
  fence bigint not null,
  lease_us bigint not null
);

create index gateway_batches_by_workspace on gateway_batches (workspace_id, id);
create index gateway_batches_by_status on gateway_batches (status, id);

-- Which lines of a batch are answered: a row for every group of answers that was written together.
create table gateway_batch_groups (
  batch_id text not null,
  seq bigint not null,
  lines text not null,
  primary key (batch_id, seq)
);
