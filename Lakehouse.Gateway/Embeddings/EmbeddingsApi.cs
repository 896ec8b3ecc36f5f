using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Budgets;
using Lakehouse.Gateway.Chat;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Knowledge.Truth;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Sessions;
using Lakehouse.Gateway.Usage;

namespace Lakehouse.Gateway.Embeddings;

/// <summary><c>POST /v1/embeddings</c> in OpenAI's shape, on the same path as a chat: routed, reserved, settled, recorded.</summary>
internal static class EmbeddingsApi
{
    public static void MapEmbeddings(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/embeddings", HandleAsync).AnswersOpenAiErrors().WithName("embeddings").WithSummary("Vectors of texts, as floats or base64");

    private static async Task<IResult> HandleAsync(
        HttpContext context, ConsumerKeys keys, TruthGate truth, RefusedCalls refused, SessionStore sessions, SessionCaps caps, ChatJobs jobs, ChatChain chain, Reservation reservation, DryRun dryRun)
    {
        var caller = await keys.AdmitAsync(context);
        var (request, base64) = EmbeddingRequest.Parse(await RequestBody.ReadAsync(context, checksTexts: true));
        request = truth.Judge(request, context.Response);
        try
        {
            if (request.SessionId is { } session)
            {
                // its cap is spent, so that it must be the caller's own
                caps.Met(session, (await sessions.GetAsync(session, caller.Consumer, context.RequestAborted)).Budget);
            }

            EmbeddingRequest.Obey(request);
            var job = jobs.Create(context.TraceIdentifier, ChatJob.Embeddings, caller, request, OpenAiShape.Instance);
            return request.DryRun ? await dryRun.AnswerAsync(job, context.RequestAborted) : await AskAsync(context, job, base64, chain, reservation);
        }
        catch (Exception problem)
        {
            refused.Keep(context, caller, request, problem);
            throw;
        }
    }

    private static async Task<IResult> AskAsync(HttpContext context, ChatJob job, bool base64, ChatChain chain, Reservation reservation)
    {
        var attempt = new EmbeddingAttempt(reservation, context.Response);
        var (reply, record) = await chain.RunAsync(job, new ChainState(), attempt, context) is { } error ? throw error : attempt.Answer!.Value;
        var data = reply.Vectors.Select((vector, index) => (JsonNode)new JsonObject
        {
            ["object"] = "embedding", ["index"] = index, ["embedding"] = base64 ? Base64(vector) : new JsonArray([.. vector.Select(number => (JsonNode)number)]),
        });
        return new JsonAnswer(new JsonObject
        {
            ["object"] = "list", ["model"] = reply.Model, ["data"] = new JsonArray([.. data]),
            ["usage"] = new JsonObject { ["prompt_tokens"] = record.PromptTokens, ["total_tokens"] = record.PromptTokens },
        });
    }

    // little-endian 32-bit floats, as OpenAI's clients decode them
    private static JsonNode Base64(float[] vector) => Convert.ToBase64String(BitConverter.IsLittleEndian
        ? MemoryMarshal.AsBytes<float>(vector)
        : vector.SelectMany(number => BitConverter.GetBytes(number).Reverse()).ToArray());
}
