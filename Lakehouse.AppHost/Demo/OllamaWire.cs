using System.Text.Json;

namespace Lakehouse.AppHost.Demo;

/// <summary>Ollama's request to <c>/api/chat</c>, as far as a script needs it; other fields are accepted and left alone.</summary>
internal sealed record OllamaChat(string? Model, OllamaMessage[]? Messages, bool? Stream, JsonElement? Format, OllamaOptions? Options)
{
    public bool AsJson => Format is { ValueKind: JsonValueKind.Object } or { ValueKind: JsonValueKind.String } && Format.Value.ToString().Length > 0;
}

internal sealed record OllamaMessage(string Role, string? Content);

internal sealed record OllamaOptions(int? NumPredict);

/// <summary>A part of a streamed reply.</summary>
internal sealed record OllamaPart(string Model, DateTime CreatedAt, OllamaMessage Message, bool Done);

/// <summary>The end of a streamed reply, or a whole one. Durations are nanoseconds.</summary>
internal sealed record OllamaReply(
    string Model, DateTime CreatedAt, OllamaMessage Message, string DoneReason, bool Done,
    long TotalDuration, long LoadDuration, int PromptEvalCount, long PromptEvalDuration, int EvalCount, long EvalDuration);

internal sealed record OllamaError(string Error);
