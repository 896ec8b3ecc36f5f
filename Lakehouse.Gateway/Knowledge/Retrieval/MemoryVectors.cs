using System.Text.Json.Nodes;
using Dapper;
using Lakehouse.Gateway.Budgets;
using Lakehouse.Gateway.Chat;
using Lakehouse.Gateway.Embeddings;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Knowledge.Truth;
using Lakehouse.Gateway.Sessions;
using Lakehouse.Gateway.Tools;
using Lakehouse.ServiceDefaults.Contracts;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Lakehouse.Gateway.Knowledge.Retrieval;

/// <summary>Vectors of texts, where an embedding model is configured: asked for like any other call, with a budget and in the ledger, and never with what names a person.</summary>
internal sealed class MemoryVectors(
    NpgsqlDataSource postgres, NearestVectors nearest, ScopeNames names, TruthGate truth, ChatJobs jobs, ChatChain chain, Reservation reservation, IOptions<RetrievalOptions> options, TimeProvider time)
{
    private readonly RetrievalOptions _options = options.Value;

    public string? Model => _options.EmbeddingModel;

    /// <summary>Adds how near each candidate is to the question, and candidates without a common word: the nearest of those that have a vector.</summary>
    /// <returns>Why there was nothing to compare; null where there was, or nobody wants it.</returns>
    public async Task<string?> CompareAsync(RetrievalQuestion question, Dictionary<string, Candidate> candidates, CancellationToken cancellationToken)
    {
        if (Model is null || !question.UsesVectors || question.Text is not { } text || question.HasOperators)
        {
            return null;
        }

        if (question.DryRun)
        {
            return "by words alone: a dry run pays for no vector";
        }

        var request = Judged([text], question.Task);
        if (request.Truth?.Refusal() is { } refusal)
        {
            return $"by words alone: a truth rule keeps the question from the embedding model ({refusal.Code})";
        }

        var (any, home) = await nearest.LookAsync(question, Model, cancellationToken);
        if (!any)
        {
            return null;
        }

        float[]? asked;
        try
        {
            (asked, var why) = await EmbedQuestionAsync(request, question, cancellationToken);
            if (asked is null)
            {
                return $"by words alone: {why}";
            }
        }
        catch (Exception problem) when (ErrorWriter.ToApiError(problem, time) is { } away)
        {
            return $"by words alone: the embedding model was of no use ({away.Code})";
        }

        foreach (var row in await nearest.FindAsync(question, Model, asked, candidates.Keys, home, cancellationToken))
        {
            var candidate = candidates.TryGetValue(row.Id, out var there) ? there : candidates[row.Id] = new() { Id = row.Id, Lexemes = row.Lexemes.ToHashSet(StringComparer.Ordinal), Facts = row.Facts };
            candidate.Similarity = row.Similarity;
        }

        return null;
    }

    /// <param name="texts">Each with the names that are taken out of it.</param>
    /// <exception cref="ApiError">The model cannot be reached, or does not take it; or a truth rule keeps it from there.</exception>
    /// <exception cref="BudgetDeniedException">The consumer that pays has nothing left.</exception>
    public Task<float[][]> EmbedAsync(IReadOnlyList<(string Text, PersonNames Names)> texts, CancellationToken cancellationToken) =>
        EmbedAsync(Judged(texts.Select(one => one.Text), null), [.. texts.Select(one => one.Names)], cancellationToken);

    // words are an answer, too: nobody waits long for a vector
    private async Task<(float[]? Vector, string? Why)> EmbedQuestionAsync(ChatRequest request, RetrievalQuestion question, CancellationToken cancellationToken)
    {
        if (await postgres.UseAsync(connection => names.OfAsync(connection, question.Scope, cancellationToken), cancellationToken) is not { } known)
        {
            return (null, $"more than {ScopeNames.Most} names are known, too many to take out of the question");
        }

        var patience = question.Patience < _options.Patience ? question.Patience.Value : _options.Patience;
        using var late = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return ((await EmbedAsync(request, [known], either.Token))[0], null);
        }
        catch (Exception problem) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested && problem is OperationCanceledException or ApiError { Code: "cancelled" })
        {
            return (null, $"the embedding model did not answer within {patience.TotalSeconds:0.###} s");
        }
    }

    // the rules are asked as of any other call: for the task that the question is of, or for none
    private ChatRequest Judged(IEnumerable<string> texts, TruthTask? task)
    {
        var (request, _) = EmbeddingRequest.Parse(new()
        {
            ["model"] = Model, ["input"] = new JsonArray([.. texts.Select(text => (JsonNode)text)]), ["task_class"] = task?.TaskClass, [TruthVerdict.Field] = task?.Context?.DeepClone(),
        });
        // it goes where the configured model is, whatever the task's own route
        return truth.Judge(request, new DefaultHttpContext().Response) with { TaskClass = null };
    }

    private async Task<float[][]> EmbedAsync(ChatRequest request, IReadOnlyList<PersonNames> names, CancellationToken cancellationToken)
    {
        // before they are masked, while the words of a rule still stand in them
        EmbeddingRequest.Obey(request);
        request.Body["input"] = new JsonArray([.. request.Body["input"]!.AsArray().Select((text, at) => (JsonNode)Masked(text!.ToString(), names[at]))]);
        var caller = new Caller(_options.EmbeddingConsumer, null, KeyScopes.Ordinary);
        var job = jobs.Create(LakehouseId.NewRequest(time), ChatJob.Embeddings, caller, request, OpenAiShape.Instance);
        // what the reply's headers would say, nobody reads
        var unseen = new DefaultHttpContext { RequestAborted = cancellationToken };
        var attempt = new EmbeddingAttempt(reservation, unseen.Response);
        return await chain.RunAsync(job, new ChainState(), attempt, unseen) is { } error
            ? throw error
            : attempt.Answer!.Value.Reply.Vectors is var vectors && vectors.Count == names.Count ? [.. vectors] : throw new ApiError(502, "upstream_protocol", "The model answered another number of vectors than there were texts.");
    }

    private static string Masked(string text, PersonNames names) => PersonalData.Mask(SecretMask.Hide(PersonalNumbers.Visible(text)), names);
}
