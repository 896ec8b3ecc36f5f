-- Conversations that the gateway remembers. A session belongs to the consumer that made it.
create table gateway.sessions (
    session_id      text collate "C" primary key,     -- ses_ and a UUIDv7: sorts by time
    consumer        text not null,
    title           text,
    metadata        json not null,
    budget_calls    bigint,                           -- caps of one UTC day; null = none
    budget_tokens   bigint,
    budget_nano_usd bigint,
    messages        bigint not null default 0,        -- how many there are, and so the number of the last one
    created_at      timestamptz not null,
    updated_at      timestamptz not null
);

create index sessions_consumer on gateway.sessions (consumer, session_id desc);

-- Numbered 1, 2, … without gaps: a writer takes its numbers while it holds the row of the session.
create table gateway.session_messages (
    session_id   text collate "C" not null references gateway.sessions on delete cascade,
    seq          bigint not null,
    role         text not null,
    message      json not null,                       -- OpenAI's message, field for field as it came (jsonb would sort and reject)
    bytes        bigint not null,
    request_id   text,                                -- the chat request that stored it; null where it was appended by hand
    created_at   timestamptz not null,
    content_text text not null,
    search       tsvector generated always as (to_tsvector('simple', left(content_text, 100000))) stored,
    primary key (session_id, seq)
);

create index session_messages_request on gateway.session_messages (session_id, request_id) where request_id is not null;
create index session_messages_search on gateway.session_messages using gin (search);
