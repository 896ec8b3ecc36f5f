-- The staffing domain: invented data, loaded as a whole or imported from files. A load builds fresh copies of these tables and puts
-- them in their place; indexes beyond the keys come with the data.
create schema if not exists staffing;

-- What is loaded; a table that is not listed is empty.
create table staffing.datasets (
    table_name  text primary key,
    row_count   bigint not null,
    fingerprint text not null,                     -- of the columns' names and types, in order
    source      text not null,                     -- generated, or the kind of file
    seed        bigint,                            -- of what was generated
    changed_at  timestamptz not null
);

create table staffing.workers (
    worker_id        text primary key,             -- W-{n}
    name             text not null,
    role             text not null,
    city             text not null,
    state            text not null,                -- two letters
    availability     text not null,                -- available, assigned or unavailable
    status           text not null,                -- active, on_leave or inactive
    reliability      double precision not null,    -- 0 to 1: shifts kept of shifts promised
    skills           text[] not null,
    certs            text[] not null,
    phone            text not null,                -- a text: +1 and leading zeros stay
    email            text not null,
    hourly_pay_cents integer not null,
    shift            text not null,                -- day, evening or night
    hired_on         date not null
);

create table staffing.clients (
    client_id       text primary key,              -- C-{n}
    name            text not null,
    industry        text not null,
    city            text not null,
    state           text not null,
    status          text not null,                 -- active, lead or former
    contact_name    text not null,
    contact_email   text not null,
    contact_phone   text not null,
    account_manager text not null,
    since           date not null
);

create table staffing.contracts (
    contract_id      text primary key,             -- K-{n}
    client_id        text not null,
    role             text not null,
    city             text not null,
    state            text not null,
    headcount        integer not null,
    bill_rate_cents  integer not null,             -- an hour
    budget_usd       integer not null,
    starts_on        date not null,
    ends_on          date not null,
    status           text not null                 -- active, draft or ended
);

create table staffing.candidates (
    candidate_id text primary key,                 -- A-{n}
    name         text not null,
    role         text not null,
    city         text not null,
    state        text not null,
    stage        text not null,                    -- applied, screened, interviewed, offered or rejected
    skills       text[] not null,
    years        integer not null,                 -- of experience
    source       text not null,
    recruiter    text not null,
    phone        text not null,
    email        text not null,
    applied_on   date not null
);

create table staffing.job_orders (
    job_order_id    text primary key,              -- J-{n}
    client_id       text not null,
    role            text not null,
    city            text not null,
    state           text not null,
    headcount       integer not null,
    filled          integer not null,
    priority        text not null,                 -- urgent, high or normal
    status          text not null,                 -- open, filled or cancelled
    recruiter       text not null,
    bill_rate_cents integer not null,
    opened_on       date not null,
    due_on          date not null
);

create table staffing.placements (
    placement_id    text primary key,              -- P-{n}
    job_order_id    text not null,
    worker_id       text not null,
    client_id       text not null,
    recruiter       text not null,
    status          text not null,                 -- active, completed or ended_early
    pay_rate_cents  integer not null,
    bill_rate_cents integer not null,
    started_on      date not null,
    ended_on        date                           -- null = still there
);

create table staffing.timesheets (
    timesheet_id text primary key,                 -- T-{n}
    placement_id text not null,
    worker_id    text not null,
    client_id    text not null,
    week_ending  date not null,
    hours        double precision not null,
    pay_cents    integer not null,                 -- of the week
    bill_cents   integer not null,
    approved     boolean not null
);

create table staffing.call_log (
    call_id    text primary key,                   -- L-{n}
    recruiter  text not null,
    worker_id  text,                               -- a call is with a worker or with a client
    client_id  text,
    outcome    text not null,                      -- connected, voicemail, no_answer or callback
    seconds    integer not null,
    started_at timestamptz not null
);

create table staffing.emails (
    email_id  text primary key,                    -- E-{n}
    client_id text not null,
    recruiter text not null,
    direction text not null,                       -- in or out
    subject   text not null,
    body      text not null,
    sent_at   timestamptz not null
);

create table staffing.sms (
    sms_id    text primary key,                    -- S-{n}
    worker_id text not null,
    phone     text not null,
    direction text not null,                       -- in or out
    body      text not null,
    sent_at   timestamptz not null
);

-- The password of the role by which the SQL tool reads; that role cannot see this schema.
create table gateway.sql_reader (
    role     text primary key,
    password text not null
);
