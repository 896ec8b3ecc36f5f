-- The home page lists the latest.
create index refusals_at on gateway.refusals (at);
