using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Lakehouse.Testing.Ablation;

/// <summary>The same jobs with and without what is known, twice each, through a gateway whose model is <see cref="ScriptedRecruiter"/>.</summary>
public static class AblationRun
{
    /// <param name="client">Of the consumer <c>bot</c>, whose budget is large; the gateway has staffing data and no playbook of a fill.</param>
    public static async Task<AblationResult> RunAsync(HttpClient client, IReadOnlyList<FillTask> tasks, CancellationToken cancellationToken)
    {
        var refused = new List<IReadOnlyList<string>>();
        foreach (var task in tasks)
        {
            refused.Add(await RefusedAsync(client, task, cancellationToken));
        }

        var without = (await RoundAsync(false, false), await RoundAsync(false, false));
        var with = (await RoundAsync(true, true), await RoundAsync(true, true));
        return new(without.Item1, without.Item2, with.Item1, with.Item2, await RoundAsync(false, false));

        async Task<AblationRound> RoundAsync(bool isHelped, bool isSeeding)
        {
            var (before, outcomes) = (await UsedAsync(client, cancellationToken), new List<FillOutcome>());
            foreach (var (task, ids) in tasks.Zip(refused))
            {
                var outcome = await new FillAttempt(client, task, ids, isHelped, isSeeding).RunAsync(cancellationToken);
                outcomes.Add(outcome == FillOutcome.SaidNobody && !task.HasNobody ? FillOutcome.Failed : outcome);
            }

            var after = await UsedAsync(client, cancellationToken);
            return new(
                tasks.Count, outcomes.Count(outcome => outcome == FillOutcome.Sealed), outcomes.Count(outcome => outcome == FillOutcome.SaidNobody), outcomes.Count(outcome => outcome == FillOutcome.Failed),
                after.Calls - before.Calls, after.Tokens - before.Tokens);
        }
    }

    // whom the client refuses is told by place, and places by the search as it is before anything was learnt
    private static async Task<IReadOnlyList<string>> RefusedAsync(HttpClient client, FillTask task, CancellationToken cancellationToken)
    {
        using var response = await client.PostAsJsonAsync("/v1/tools/search_workers/call", new { arguments = new { role = task.Role, city = task.City, state = task.State, count = task.Count } }, cancellationToken);
        var workers = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))!["result"]!["workers"]!.AsArray();
        return [.. task.Refused.Where(place => place < workers.Count).Select(place => workers[place]!["worker_id"]!.ToString())];
    }

    private static async Task<(long Calls, long Tokens)> UsedAsync(HttpClient client, CancellationToken cancellationToken)
    {
        var used = JsonNode.Parse(await client.GetStringAsync(new Uri("/v1/budgets/bot", UriKind.Relative), cancellationToken))!["used"]!;
        return (used["calls"]!.GetValue<long>(), used["tokens"]!.GetValue<long>());
    }
}

/// <param name="BoostsOnly">Chats are told nothing, but the search ranks those first whom playbooks endorse.</param>
public sealed record AblationResult(AblationRound WithoutFirst, AblationRound WithoutSecond, AblationRound WithFirst, AblationRound WithSecond, AblationRound BoostsOnly);

/// <param name="SaidNobody">Jobs that nobody can do, and the model said so.</param>
/// <param name="Turns">Calls of the model, as charged.</param>
/// <param name="Tokens">Prompt and completion, as charged.</param>
public sealed record AblationRound(int Jobs, int Sealed, int SaidNobody, int Failed, long Turns, long Tokens);
