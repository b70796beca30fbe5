-- Attempts by the hour of their start and by how they ended: how providers fared, those included whose call another one answered. Sums begin here.
create table observability_attempt_hours (
  hour_us bigint not null,
  connection_id text not null,
  deployment_id text not null,
  ending text not null,
  attempts bigint not null,
  duration_us bigint not null,
  first_outputs bigint not null,
  first_output_us bigint not null,
  primary key (hour_us, connection_id, deployment_id, ending)
);
