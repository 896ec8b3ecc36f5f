using System.Collections.Frozen;
using Lakehouse.Gateway.Staffing.Generation;
using static Lakehouse.Gateway.Staffing.Tables.ColumnType;

namespace Lakehouse.Gateway.Staffing.Tables;

/// <summary>Every table of the domain, as the migration made it, with what fills it.</summary>
internal static class StaffingTables
{
    private const string BestFirst = "reliability desc, worker_id";

    // as the generator makes them, and as playbooks, tools and validators name workers
    private static readonly FrozenDictionary<string, string> Ids = new Dictionary<string, string>
    {
        ["worker_id"] = "W", ["client_id"] = "C", ["contract_id"] = "K", ["candidate_id"] = "A", ["job_order_id"] = "J", ["placement_id"] = "P", ["timesheet_id"] = "T", ["call_id"] = "L", ["email_id"] = "E", ["sms_id"] = "S",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static readonly DatasetTable Workers = new("workers",
        [
            .. Texts("worker_id", "name", "role", "city", "state", "availability", "status"), new("reliability", ColumnType.Double), new("skills", TextList), new("certs", TextList),
            .. Texts("phone", "email"), new("hourly_pay_cents", Integer), new("shift", Text), new("hired_on", Date),
        ],
        shape => shape.Workers, People.Worker,
        // in the order of a search, so that it reads no more than it gives. Whole: of an index on a part of the rows Postgres has no statistics,
        // and none on skills, which it would take for the rarer thing
        $"(lower(role), lower(city), {BestFirst})", $"(lower(role), {BestFirst})", $"(lower(city), {BestFirst})", $"(state, {BestFirst})", $"({BestFirst})");

    public static readonly IReadOnlyList<DatasetTable> All =
    [
        Workers,
        new("clients", [.. Texts("client_id", "name", "industry", "city", "state", "status", "contact_name", "contact_email", "contact_phone", "account_manager"), new("since", Date)],
            shape => shape.Clients, Business.Client),
        new("contracts", [.. Texts("contract_id", "client_id", "role", "city", "state"), new("headcount", Integer), new("bill_rate_cents", Integer), new("budget_usd", Integer), new("starts_on", Date), new("ends_on", Date), new("status", Text)],
            shape => shape.Contracts, Business.Contract, "(client_id)"),
        new("candidates", [.. Texts("candidate_id", "name", "role", "city", "state", "stage"), new("skills", TextList), new("years", Integer), .. Texts("source", "recruiter", "phone", "email"), new("applied_on", Date)],
            shape => shape.Candidates, People.Candidate, "(lower(role), lower(city))", "(lower(city))", "using gin (skills)"),
        new("job_orders", [.. Texts("job_order_id", "client_id", "role", "city", "state"), new("headcount", Integer), new("filled", Integer), .. Texts("priority", "status", "recruiter"), new("bill_rate_cents", Integer), new("opened_on", Date), new("due_on", Date)],
            shape => shape.JobOrders, Business.JobOrder, "(client_id)", "(due_on) where status = 'open'"),
        new("placements", [.. Texts("placement_id", "job_order_id", "worker_id", "client_id", "recruiter", "status"), new("pay_rate_cents", Integer), new("bill_rate_cents", Integer), new("started_on", Date), new("ended_on", Date, true)],
            shape => shape.Placements, Business.PlacementRow, "(worker_id)", "(job_order_id)", "(started_on)"),
        new("timesheets", [.. Texts("timesheet_id", "placement_id", "worker_id", "client_id"), new("week_ending", Date), new("hours", ColumnType.Double), new("pay_cents", Integer), new("bill_cents", Integer), new("approved", ColumnType.Boolean)],
            shape => shape.Timesheets, Activity.Timesheet, "(worker_id)", "(week_ending, client_id) include (bill_cents, pay_cents, hours)"),
        new("call_log", [.. Texts("call_id", "recruiter"), Named("worker_id", true), Named("client_id", true), new("outcome", Text), new("seconds", Integer), new("started_at", Timestamp)],
            shape => shape.Calls, Activity.Call, "(client_id, started_at) where client_id is not null", "(worker_id) where worker_id is not null", "(started_at)"),
        new("emails", [.. Texts("email_id", "client_id", "recruiter", "direction", "subject", "body"), new("sent_at", Timestamp)],
            shape => shape.Emails, Activity.Email, "(client_id, sent_at)"),
        new("sms", [.. Texts("sms_id", "worker_id", "phone", "direction", "body"), new("sent_at", Timestamp)],
            shape => shape.Sms, Activity.Sms, "(worker_id, sent_at)"),
    ];

    public static readonly FrozenDictionary<string, DatasetTable> ByName = All.ToFrozenDictionary(table => table.Name, StringComparer.Ordinal);

    private static IEnumerable<Column> Texts(params string[] names) => names.Select(name => Named(name));

    private static Column Named(string name, bool nullable = false) => new(name, Text, nullable, Ids.GetValueOrDefault(name));
}
