-- A request may take several attempts, and an attempt says more of itself.
alter table gateway.usage
    add column attempt            integer not null default 1,
    add column operation          text not null default 'chat',
    add column key_id             text,                       -- the virtual key, where there was one
    add column finish_reason      text,
    add column cached_tokens      bigint not null default 0,  -- part of prompt_tokens
    add column cache_write_tokens bigint not null default 0,  -- part of prompt_tokens
    add column reasoning_tokens   bigint not null default 0,  -- part of completion_tokens
    add column hold_id            text,
    add column held_tokens        bigint not null default 0,
    add column held_nano_usd      bigint not null default 0,
    add column details            jsonb;                      -- route, rule, chain, skipped candidates, injected context

-- Requests that were refused before anything was sent have no attempt; they are found by their id all the same.
create table gateway.refusals (
    request_id text primary key,
    at         timestamptz not null,
    consumer   text,
    model      text,
    task_class text,
    session_id text,
    status     integer not null,
    code       text not null,
    message    text not null,
    trace_id   text
);
