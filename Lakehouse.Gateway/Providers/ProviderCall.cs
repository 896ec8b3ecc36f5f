using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Providers;

/// <summary>One call as an adapter gets it.</summary>
/// <param name="Source">The request in OpenAI's shape, without the fields that are the gateway's own. Shared by all attempts of
/// a request: an adapter must not change it.</param>
/// <param name="MaxTokens">The output limit that was reserved; the vendor must be told this number and no other.</param>
/// <param name="Think">True, false, "low", "medium", "high", or a number of tokens (see <see cref="ThinkingTokens"/>); null = not said.</param>
/// <param name="Native">The caller's own body where it came in a vendor's shape (see <see cref="NativeRequest"/>). An adapter
/// of that protocol sends it edited in place, so that nothing is lost in translation.</param>
internal sealed record ProviderCall(ProviderConfig Provider, string Model, ChatBody Source, int MaxTokens, bool Stream = false, JsonNode? Think = null, NativeRequest? Native = null)
{
    /// <summary>As a tree, which must not be changed.</summary>
    public JsonObject Body => Source.Tree;
}

/// <param name="Kind">The protocol that the body is in, as <see cref="IModelProvider.Kind"/>.</param>
/// <param name="Body">Null where something was added or taken out on the way: then the request is translated as any other.</param>
/// <param name="Headers">Headers of the caller that are part of the protocol, such as <c>anthropic-beta</c>. They hold either way.</param>
internal sealed record NativeRequest(string Kind, JsonObject? Body, IReadOnlyDictionary<string, string> Headers)
{
    public NativeRequest WithoutBody() => this with { Body = null };
}

/// <summary>A prepared call: where it goes and the bytes that are sent.</summary>
internal sealed record UpstreamRequest(ProviderCall Call, Uri Url, byte[] Body);
