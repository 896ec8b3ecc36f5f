using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Providers.OpenAi;

/// <summary>OpenAI itself and every server that is compatible with it (vLLM, llama.cpp, DeepSeek, …).</summary>
internal sealed class OpenAiProvider(UpstreamClient upstream) : ChatCompletionsProvider(upstream)
{
    public override string Kind => "openai";

    protected override IReadOnlyList<KeyValuePair<string, JsonNode?>> Edits(ProviderCall call) =>
        call.Think is null ? [] : [new("reasoning_effort", OpenAiThinking.Effort(call))];

    // OpenAI never sends the reasoning, so what stands there is another vendor's, and OpenAI refuses fields that it does not
    // know. Compatible servers (DeepSeek, vLLM) want theirs back.
    protected override EarlierReasoning Reasoning(ProviderCall call) =>
        call.Provider.BaseUrl.Host.EndsWith("openai.com", StringComparison.OrdinalIgnoreCase) || call.Provider.BaseUrl.Host.EndsWith(".azure.com", StringComparison.OrdinalIgnoreCase)
            ? EarlierReasoning.LeaveOut
            : EarlierReasoning.Keep;
}
