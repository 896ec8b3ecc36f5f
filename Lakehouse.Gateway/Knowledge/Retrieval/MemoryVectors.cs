using System.Text.Json.Nodes;
using Dapper;
using Lakehouse.Gateway.Budgets;
using Lakehouse.Gateway.Chat;
using Lakehouse.Gateway.Embeddings;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Sessions;
using Lakehouse.Gateway.Tools;
using Lakehouse.ServiceDefaults.Contracts;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Lakehouse.Gateway.Knowledge.Retrieval;

/// <summary>Vectors of texts, where an embedding model is configured: asked for like any other call, with a budget and in the ledger, and never with what names a person.</summary>
internal sealed class MemoryVectors(NpgsqlDataSource postgres, NearestVectors nearest, ChatJobs jobs, ChatChain chain, Reservation reservation, IOptions<RetrievalOptions> options, TimeProvider time)
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

        var (any, home) = await nearest.LookAsync(question, Model, cancellationToken);
        if (!any)
        {
            return null;
        }

        float[] asked;
        try
        {
            asked = (await EmbedAsync([await MaskedAsync(question, text, cancellationToken)], cancellationToken))[0];
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

    /// <exception cref="ApiError">The model cannot be reached, or does not take it.</exception>
    /// <exception cref="BudgetDeniedException">The consumer that pays has nothing left.</exception>
    public async Task<float[][]> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["model"] = Model, ["input"] = new JsonArray([.. texts.Select(text => (JsonNode)text)]) };
        var (request, _) = EmbeddingRequest.Parse(body);
        var caller = new Caller(_options.EmbeddingConsumer, null, KeyScopes.Ordinary);
        var job = jobs.Create(LakehouseId.NewRequest(time), ChatJob.Embeddings, caller, request, OpenAiShape.Instance);
        // what the reply's headers would say, nobody reads
        var unseen = new DefaultHttpContext { RequestAborted = cancellationToken };
        var attempt = new EmbeddingAttempt(reservation, unseen.Response);
        return await chain.RunAsync(job, new ChainState(), attempt, unseen) is { } error
            ? throw error
            : attempt.Answer!.Value.Reply.Vectors is var vectors && vectors.Count == texts.Count ? [.. vectors] : throw new ApiError(502, "upstream_protocol", "The model answered another number of vectors than there were texts.");
    }

    /// <summary>Without secrets and personal data; <paramref name="names"/> are those that the scope's memories name.</summary>
    public static string Masked(string text, IEnumerable<string> names) => PersonalData.Mask(SecretMask.Hide(text), names);

    private Task<string> MaskedAsync(RetrievalQuestion question, string text, CancellationToken cancellationToken) => postgres.UseAsync(async connection =>
    {
        var names = await connection.QueryAsync<string>(new CommandDefinition(
            $"select distinct name from gateway.memories, unnest(names) name where {Memory.MemoryScope.Condition} and names <> '{{}}'",
            new { question.Scope.Exact, question.Scope.Shared }, cancellationToken: cancellationToken));
        return Masked(text, names);
    }, cancellationToken);
}
