namespace Lakehouse.Gateway.Providers;

/// <summary>The protocols that there are adapters for: what <c>kind</c> may say.</summary>
internal static class ProviderKinds
{
    public const string Ollama = "ollama";
    public const string OpenAi = "openai";
    public const string OpenRouter = "openrouter";
    public const string Gemini = "gemini";
    public const string Claude = "claude";

    public static readonly IReadOnlyList<string> All = [Ollama, OpenAi, OpenRouter, Gemini, Claude];
}
