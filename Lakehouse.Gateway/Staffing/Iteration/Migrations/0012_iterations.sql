create schema if not exists gateway;

-- Every /v1/iterate: written before the first call of a model, and again after each try.
create table gateway.iterations (
    iteration_id   text collate "C" primary key,   -- itr_ and a UUIDv7: sorts by time
    request_id     text not null,                  -- under which the ledger has its calls
    consumer       text not null,
    kind           text not null,
    model          text not null,                  -- as asked
    status         text not null,                  -- running (for ever: the gateway was killed), valid, exhausted, refused, failed, cancelled
    max_iterations integer not null,
    started_at     timestamptz not null,
    ended_at       timestamptz,
    trace_id       text,
    tries          json not null,
    artifact       json,                           -- the last one that was read
    error          json                            -- status, code and message, where it was refused or failed
);

create index iterations_consumer on gateway.iterations (consumer, iteration_id desc);
