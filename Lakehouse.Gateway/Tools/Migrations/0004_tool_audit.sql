-- Every call of a tool, from HTTP, MCP or a model: written before the tool runs, completed after.
create table gateway.tool_calls (
    audit_id     text collate "C" primary key,     -- aud_ and a UUIDv7: sorts by time
    started_at   timestamptz not null,
    consumer     text not null,
    tool         text not null,
    parameters   json not null,                    -- what looks like a secret is masked
    verdict      text not null,                    -- started (and never completed: the gateway was killed), ok, error, denied, invalid
    error        text,                             -- the code, where it failed
    result_bytes bigint,
    duration_ms  bigint,
    trace_id     text
);

create index tool_calls_consumer on gateway.tool_calls (consumer, audit_id desc);
create index tool_calls_tool on gateway.tool_calls (tool, audit_id desc);
create index tool_calls_started on gateway.tool_calls (started_at);
