create table models_connections (
  id text primary key,
  name text not null unique,
  family text not null,
  preset text,
  base_url text not null,
  credential text,
  headers text not null,
  allow_special_addresses bigint not null,
  connect_ms bigint not null,
  first_byte_ms bigint not null,
  idle_ms bigint not null,
  disabled bigint not null,
  origin text not null,
  version bigint not null,
  created_us bigint not null,
  updated_us bigint not null
);

create table models_models (
  id text primary key,
  name text not null unique,
  context_tokens bigint,
  max_output_tokens bigint,
  token_family text not null,
  embeddings bigint not null,
  disabled bigint not null,
  version bigint not null,
  created_us bigint not null,
  updated_us bigint not null
);

create table models_deployments (
  id text primary key,
  model_id text not null references models_models (id),
  connection_id text not null references models_connections (id),
  upstream_model text not null,
  weight bigint not null,
  disabled bigint not null,
  version bigint not null,
  created_us bigint not null,
  updated_us bigint not null,
  unique (model_id, connection_id, upstream_model)
);

create table models_prices (
  id text primary key,
  model_id text not null references models_models (id),
  version bigint not null,
  rates text not null,
  tier_above_input_tokens bigint,
  tier_rates text,
  per_request_nano_usd bigint not null,
  source text,
  valid_from_us bigint not null,
  valid_until_us bigint,
  created_us bigint not null,
  unique (model_id, version)
);
