create table gateway_routes (
  id text primary key,
  name text not null unique,
  body text not null,
  version bigint not null,
  created_us bigint not null,
  updated_us bigint not null
);

create table gateway_meters (
  id text primary key,
  scope text not null,
  scope_id text not null,
  unit text not null,
  window_kind text not null,
  limit_amount bigint not null,
  alert_percents text not null,
  shadow_only bigint not null,
  disabled bigint not null,
  version bigint not null,
  created_us bigint not null,
  updated_us bigint not null
);

-- What a meter has counted in a window. spent: settled and applied. leased: granted to nodes and not settled yet (PostgreSQL only).
create table gateway_meter_windows (
  slot text not null,
  window_start_us bigint not null,
  spent bigint not null,
  leased bigint not null,
  primary key (slot, window_start_us)
);

-- What a node may spend alone. The owner is the node's journal, which outlives its process.
create table gateway_slices (
  owner text not null,
  slot text not null,
  window_start_us bigint not null,
  granted bigint not null,
  presumed bigint not null,
  expires_us bigint not null,
  primary key (owner, slot, window_start_us)
);

create table gateway_alerts (
  slot text not null,
  window_start_us bigint not null,
  percent bigint not null,
  meter_id text not null,
  spent bigint not null,
  limit_amount bigint not null,
  at_us bigint not null,
  primary key (slot, window_start_us, percent)
);
