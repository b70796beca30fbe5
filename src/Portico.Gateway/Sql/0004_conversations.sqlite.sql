-- Conversations of /v1/conversations. next_seq: the number of the next item; sealed: the metadata. A conversation goes when nothing came to it for long.
create table gateway_conversations (
  id text primary key,
  workspace_id text not null,
  key_id text not null,
  next_seq bigint not null,
  created_us bigint not null,
  expires_us bigint not null,
  sealed blob not null
);

create index gateway_conversations_by_end on gateway_conversations (expires_us);

-- Their items in order, each sealed by itself. size: bytes before sealing.
create table gateway_conversation_items (
  conversation_id text not null,
  seq bigint not null,
  item_id text not null,
  size bigint not null,
  sealed blob not null,
  primary key (conversation_id, seq),
  unique (conversation_id, item_id)
);
