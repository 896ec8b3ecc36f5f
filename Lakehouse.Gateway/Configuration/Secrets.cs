using System.Text.RegularExpressions;

namespace Lakehouse.Gateway.Configuration;

/// <summary>Knows a vendor's key that was pasted where it does not belong, so that no message repeats it.</summary>
internal static partial class Secrets
{
    public const string NotShown = "(not shown: it looks like a key)";

    public static bool Looks(string text) => Keys().IsMatch(text);

    /// <summary>Whether a setting of this name would hold a key.</summary>
    public static bool IsNameOfOne(string name) => Names().IsMatch(name);

    // OpenAI, Anthropic and OpenRouter, Google (old and new), Groq, xAI, Hugging Face, GitHub, Ollama; a header
    [GeneratedRegex(@"(\b(sk-|sk_|AIza|AQ\.|gsk_|xai-|hf_|gh[opsu]_)[A-Za-z0-9_\-]{12,})|(\b[0-9a-f]{32}\b)|(\bBearer\s+\S{8,})", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Keys();

    [GeneratedRegex(@"(?i)key|^token$|(api|auth|access)[_-]?token|secret|password|authorization|credential", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Names();
}
