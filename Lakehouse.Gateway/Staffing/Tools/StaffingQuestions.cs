using static Lakehouse.Gateway.Staffing.Tools.Argument;

namespace Lakehouse.Gateway.Staffing.Tools;

internal static class StaffingQuestions
{
    private static readonly Argument Role = new("role", Text, "Such as Welder; upper and lower case are the same");
    private static readonly Argument City = new("city", Text, "Such as Toledo");
    private static readonly Argument State = new("state", Text, "Two letters, such as OH");
    private static readonly Argument Since = new("since", Day, "From this day on, such as 2026-01-01");
    private static readonly Argument Until = new("until", Day, "Before this day");

    public static readonly IReadOnlyList<StaffingQuestion> All =
    [
        new("search_candidates", "candidates", "People who applied and work for nobody here yet, furthest in the process first.", ["candidates"],
            [Role, City, State, new("skills", Texts, "All of them"), new("stage", Text, "applied, screened, interviewed, offered or rejected; all but rejected where it is absent"), new("min_years", Count, "Of experience")], """
            select * from staffing.candidates
            where (@role::text is null or lower(role) = lower(@role)) and (@city::text is null or lower(city) = lower(@city)) and (@state::text is null or state = upper(@state))
                and (@skills::text[] is null or skills @> @skills) and (@min_years::int is null or years >= @min_years) and (case when @stage::text is null then stage <> 'rejected' else stage = @stage end)
            order by array_position(array['offered', 'interviewed', 'screened', 'applied'], stage), years desc, candidate_id
            """),
        new("revenue_by_client", "clients", "What clients were billed for hours worked, what was paid for them and the margin (US cents), largest first. Weeks count by their last day.", ["timesheets", "clients"], [Since, Until], """
            select t.client_id, c.name, t.hours, t.revenue_cents, t.paid_cents, t.revenue_cents - t.paid_cents as margin_cents from
                (select client_id, sum(hours) as hours, sum(bill_cents::bigint) as revenue_cents, sum(pay_cents::bigint) as paid_cents from staffing.timesheets
                 where (@since::date is null or week_ending >= @since::date) and (@until::date is null or week_ending < @until::date) group by client_id) t
                join staffing.clients c using (client_id) order by t.revenue_cents desc, t.client_id
            """),
        new("recruiter_performance", "recruiters", "Placements that each recruiter made, how many ended early, days from order to start, and calls, most placements first.", ["placements", "job_orders", "call_log"], [Since, Until], """
            select p.recruiter, p.placements, p.ended_early, p.days_to_start, coalesce(c.calls, 0) as calls, coalesce(c.connected, 0) as connected from
                (select p.recruiter, count(*) as placements, count(*) filter (where p.status = 'ended_early') as ended_early, round(avg(p.started_on - o.opened_on), 1) as days_to_start
                 from staffing.placements p join staffing.job_orders o using (job_order_id)
                 where (@since::date is null or p.started_on >= @since::date) and (@until::date is null or p.started_on < @until::date) group by p.recruiter) p
                left join (select recruiter, count(*) as calls, count(*) filter (where outcome = 'connected') as connected from staffing.call_log
                 where (@since::date is null or started_at >= @since::date) and (@until::date is null or started_at < @until::date) group by recruiter) c using (recruiter)
            order by p.placements desc, p.recruiter
            """),
        new("cold_leads", "clients", "Clients and leads that nobody called or wrote to for a while, the longest first. Days count back from the newest call of all.", ["clients", "call_log"],
            [new("days", Count, "Without contact; 30 where it is absent"), new("status", Text, "active, lead or former; active and lead where it is absent")], """
            select c.client_id, c.name, c.industry, c.city, c.state, c.status, c.contact_name, c.contact_phone, c.account_manager, last.at::date as last_contact, newest.at::date - last.at::date as days
            from staffing.clients c cross join (select max(started_at) as at from staffing.call_log) newest
                cross join lateral (select greatest((select max(started_at) from staffing.call_log l where l.client_id = c.client_id), (select max(sent_at) from staffing.emails e where e.client_id = c.client_id)) as at) last
            where (last.at is null or last.at < newest.at - make_interval(days => coalesce(@days::int, 30))) and (case when @status::text is null then c.status in ('active', 'lead') else c.status = @status end)
            order by last.at nulls first, c.client_id
            """),
        new("open_jobs", "jobs", "Job orders that still need people, the most urgent first.", ["job_orders", "clients"], [Role, City, State, new("client_id", Text, "Such as C-3")], """
            select j.job_order_id, j.client_id, c.name as client, j.role, j.city, j.state, j.headcount, j.filled, j.headcount - j.filled as needed, j.priority, j.recruiter, j.bill_rate_cents, j.opened_on, j.due_on
            from staffing.job_orders j join staffing.clients c using (client_id)
            where j.status = 'open' and j.filled < j.headcount and (@role::text is null or lower(j.role) = lower(@role)) and (@city::text is null or lower(j.city) = lower(@city))
                and (@state::text is null or j.state = upper(@state)) and (@client_id::text is null or j.client_id = @client_id)
            order by array_position(array['urgent', 'high', 'normal'], j.priority), j.due_on, j.job_order_id
            """),
    ];
}
