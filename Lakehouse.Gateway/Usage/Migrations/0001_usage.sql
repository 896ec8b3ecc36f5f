-- One row per attempt: what was asked of which model by whom, what it used and what it was charged.
create table gateway.usage (
    attempt_id        text primary key,
    request_id        text not null,
    day               date not null,            -- the budget's day: Redis' UTC day when it was reserved
    started_at        timestamptz not null,
    created_at        timestamptz not null default now(),
    consumer          text not null,
    provider          text not null,
    model             text not null,
    task_class        text,
    session_id        text,
    outcome           text not null,            -- ok, or a provider failure, or abandoned
    error             text,
    streamed          boolean not null,
    prompt_tokens     bigint not null,
    completion_tokens bigint not null,
    estimated         boolean not null,         -- the provider reported no usage; the two numbers are ceil(characters / 4)
    charged_calls     bigint not null,
    charged_tokens    bigint not null,          -- what the budget was charged: the bound, where usage is unknown
    cost_nano_usd     bigint not null,
    latency_ms        bigint not null,
    first_byte_ms     bigint,
    trace_id          text
);

create index usage_day_consumer on gateway.usage (day, consumer);
create index usage_started on gateway.usage (started_at);
create index usage_request on gateway.usage (request_id);
