using System.Text.Json;
using Lakehouse.BotWorker.Forges.Local;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Lakehouse.BotWorker.Pages;

/// <summary>What a person does to a pull request of the local forge, from its page's forms or with JSON.</summary>
internal static class PullActions
{
    public const int LongestComment = 20_000;

    private const int LongestAuthor = 100;
    private const string DefaultAuthor = "you";

    private static readonly string[] States = [LocalPullRequest.Opened, LocalPullRequest.Closed, LocalPullRequest.Merged];

    public static void MapPullActions(this IEndpointRouteBuilder pulls)
    {
        pulls.MapPost("/{number:int}/comments", CommentAsync).WithName("CommentPull").WithSummary("Says something on a pull request of the local forge");
        pulls.MapPost("/{number:int}/state", SetStateAsync).WithName("SetPullState").WithSummary("Closes it, reopens it, or says that it was merged");
    }

    public static ProblemHttpResult NotFound(int number) => TypedResults.Problem($"The local forge has no pull request {number}.", statusCode: StatusCodes.Status404NotFound);

    private static async Task<Results<RedirectHttpResult, NoContent, ValidationProblem, ProblemHttpResult>> CommentAsync(int number, HttpRequest request, LocalForge forge, CancellationToken cancellationToken)
    {
        var faults = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var fields = await ReadAsync(request, ["body", "author"], faults, cancellationToken);
        var body = fields.GetValueOrDefault("body", "");
        var author = fields.GetValueOrDefault("author", DefaultAuthor);
        if (faults.Count == 0 && (string.IsNullOrWhiteSpace(body) || body.Length > LongestComment))
        {
            faults["body"] = [$"body has {body.Length} characters; accepted is a text of 1 to {LongestComment}, not blank."];
        }

        if (string.IsNullOrWhiteSpace(author) || author.Length > LongestAuthor || author.Any(char.IsControl))
        {
            faults["author"] = [$"author has {author.Length} characters; accepted is a name of 1 to {LongestAuthor} on one line."];
        }

        if (faults.Count > 0)
        {
            return TypedResults.ValidationProblem(faults);
        }

        if (await forge.ReadAsync(number, cancellationToken) is null)
        {
            return NotFound(number);
        }

        await forge.AddCommentAsync(number, author.Trim(), body, cancellationToken);
        return Done(request, number);
    }

    private static async Task<Results<RedirectHttpResult, NoContent, ValidationProblem, ProblemHttpResult>> SetStateAsync(int number, HttpRequest request, LocalForge forge, CancellationToken cancellationToken)
    {
        var faults = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var state = (await ReadAsync(request, ["state"], faults, cancellationToken)).GetValueOrDefault("state", "");
        if (faults.Count == 0 && !States.Contains(state, StringComparer.Ordinal))
        {
            faults["state"] = [$"state is '{state}'; accepted are {string.Join(", ", States)}."];
        }

        if (faults.Count > 0)
        {
            return TypedResults.ValidationProblem(faults);
        }

        if (await forge.ReadAsync(number, cancellationToken) is null)
        {
            return NotFound(number);
        }

        await forge.SetStateAsync(number, state, cancellationToken);
        return Done(request, number);
    }

    // a form's browser goes back to the page; a program needs no page
    private static Results<RedirectHttpResult, NoContent, ValidationProblem, ProblemHttpResult> Done(HttpRequest request, int number) =>
        request.HasFormContentType ? TypedResults.Redirect($"/pulls/{number}") : TypedResults.NoContent();

    private static async Task<IReadOnlyDictionary<string, string>> ReadAsync(HttpRequest request, string[] accepted, Dictionary<string, string[]> faults, CancellationToken cancellationToken)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            if (request.HasFormContentType)
            {
                foreach (var (name, value) in await request.ReadFormAsync(cancellationToken))
                {
                    fields[name] = value.ToString();
                }
            }
            else
            {
                foreach (var (name, value) in await JsonSerializer.DeserializeAsync<Dictionary<string, string>>(request.Body, cancellationToken: cancellationToken) ?? [])
                {
                    fields[name] = value;
                }
            }
        }
        catch (Exception invalid) when (invalid is JsonException or InvalidDataException)
        {
            faults["body"] = [$"The request's body is neither a form nor a JSON object of texts: {invalid.Message}"];
        }

        foreach (var name in fields.Keys.Except(accepted, StringComparer.Ordinal))
        {
            faults[name] = [$"{name} is not known; accepted are {string.Join(" and ", accepted)}."];
        }

        return fields;
    }
}
