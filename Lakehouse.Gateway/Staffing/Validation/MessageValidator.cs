using System.Text.Json.Nodes;

namespace Lakehouse.Gateway.Staffing.Validation;

/// <summary>An e-mail or a text message, before it goes to a person.</summary>
internal sealed class MessageValidator(MessageKind kind) : IArtifactValidator
{
    private static readonly string[] Needed = ["to", "body"];
    private static readonly string[] Read = ["subject", "body"];

    public string Kind => kind.Name;

    public string Form => kind.Form;

    public Task<ArtifactCheck> BindAsync(JsonObject context, CancellationToken cancellationToken)
    {
        context.Only();
        return Task.FromResult<ArtifactCheck>((artifact, _) => Task.FromResult<IReadOnlyList<Finding>>([.. Check(artifact)]));
    }

    private IEnumerable<Finding> Check(JsonObject artifact)
    {
        foreach (var field in Needed.Where(field => artifact.Text(field) is null))
        {
            yield return new("shape", field, $"{field} is missing, empty or no text; accepted is {Form}.");
        }

        if (artifact.Text("to") is { } to && !kind.IsAddress(to))
        {
            yield return new("to_form", "to", $"to is {Finding.Said(to)}, which does not look like {kind.Address}.", Warns: true);
        }

        foreach (var (field, most) in kind.Limits.Where(limit => artifact.Text(limit.Field)?.Length > limit.Most))
        {
            yield return new($"{field}_too_long", field, $"{field} has {artifact.Text(field)!.Length} characters; accepted are at most {most}.");
        }

        foreach (var field in Read)
        {
            foreach (var finding in SensitiveText.Find(artifact.Text(field) ?? "", field))
            {
                yield return finding;
            }
        }
    }
}

/// <param name="Limits">UTF-16 units, which is what a text message counts.</param>
/// <param name="Address">What stands in <c>to</c>, in words.</param>
internal sealed record MessageKind(string Name, string Form, string Address, Func<string, bool> IsAddress, params IReadOnlyList<(string Field, int Most)> Limits)
{
    public static readonly MessageKind Email = new("email", """{"to": "person@example.com", "subject": "at most 78 characters", "body": "…"}""", "an e-mail address",
        to => to.IndexOf('@') is > 0 and var at && at == to.LastIndexOf('@') && at < to.Length - 1 && !to.Any(char.IsWhiteSpace), ("subject", 78));

    public static readonly MessageKind Sms = new("sms", """{"to": "+14195550124", "body": "at most 160 characters"}""", "a phone number",
        to => to.Count(char.IsAsciiDigit) is >= 7 and <= 15, ("body", 160));
}
