using System.Text.Json.Nodes;
using Lakehouse.Gateway.Chat;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Staffing.Validation;
using Lakehouse.Gateway.Usage;

namespace Lakehouse.Gateway.Staffing.Iteration;

/// <summary>Generate, read, check, and tell the model what is wrong, until nothing is or the tries are used up.</summary>
internal sealed class IterationLoop(ChatService chat, TimeProvider time)
{
    /// <param name="told">Is given the record after every try; what it has been given holds, however this ends.</param>
    /// <returns>Valid or exhausted.</returns>
    public async Task<IterationRecord> RunAsync(HttpContext context, ChatTurn turn, IterationRequest request, ArtifactCheck check, IterationRecord record, Func<IterationRecord, Task> told)
    {
        var (state, job) = (new ChainState(), turn.Job);
        var asked = job.Request.Body["messages"]!.AsArray().Select(message => message!.AsObject()).ToList();
        while (true)
        {
            var (call, reply, usage) = await chat.AskAsync(context, job, state);
            var text = Text(reply.Message["content"]);
            var (artifact, cutOff) = JsonExtraction.Find(text);
            var findings = artifact is null ? [NoJson(cutOff || reply.FinishReason == "length")] : await check(artifact, context.RequestAborted);
            var report = new ValidationReport(request.Validator.Kind, findings);
            record = record.With(Try(record.Tries.Count + 1, call, reply, usage, artifact is not null, report), artifact);
            if (report.Valid || record.Tries.Count == request.MaxIterations)
            {
                return record.Ended(report.Valid ? IterationStatus.Valid : IterationStatus.Exhausted, time.GetUtcNow());
            }

            await told(record);
            // only the last try goes back: the prompt must not grow with each
            job = job.With([.. asked, IterationRequest.Message("assistant", text.Length == 0 ? "(nothing)" : text), IterationRequest.Message("user", Feedback(report))]);
        }
    }

    private static Finding NoJson(bool cutOff) => cutOff
        ? new("cut_off", "", "The answer ended before its JSON object did; answer shorter, with the object alone.")
        : new("no_json", "", "The answer has no JSON object; answer with one, and nothing else.");

    private static string Feedback(ValidationReport report) =>
        $"Your answer was checked and does not hold:\n{string.Join('\n', report.All.Select(finding => $"- {finding.Code}{(finding.Path.Length == 0 ? "" : $" at {finding.Path}")}: {finding.Message}"))}\nAnswer with the whole corrected JSON object and nothing else.";

    private static JsonObject Try(int number, ChatCall call, ModelReply reply, UsageRecord usage, bool read, ValidationReport report) => new()
    {
        ["number"] = number, ["model"] = $"{call.Call.Provider.Name}/{reply.Model}", ["finish_reason"] = reply.FinishReason, ["json_found"] = read,
        ["prompt_tokens"] = usage.PromptTokens, ["completion_tokens"] = usage.CompletionTokens, ["total_tokens"] = usage.PromptTokens + usage.CompletionTokens, ["cost_nano_usd"] = usage.CostNanoUsd,
        ["report"] = report.ToJson(),
    };

    private static string Text(JsonNode? content) => content switch
    {
        JsonValue value when value.TryGetValue(out string? text) => text,
        JsonArray parts => string.Concat(parts.OfType<JsonObject>().Select(part => Text(part["text"]))),
        _ => "",
    };
}
