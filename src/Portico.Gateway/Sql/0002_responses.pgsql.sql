-- Responses of /v1/responses, sealed. node_id: who runs it, null when it is over; lease_us: until when that node said that it lives.
create table gateway_responses (
  id text primary key,
  workspace_id text not null,
  key_id text not null,
  previous_id text,
  status text not null,
  node_id text,
  lease_us bigint not null,
  created_us bigint not null,
  expires_us bigint not null,
  sealed bytea not null
);

create index gateway_responses_by_end on gateway_responses (expires_us);
create index gateway_responses_by_node on gateway_responses (node_id) where node_id is not null;
