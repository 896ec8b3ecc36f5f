using System.Globalization;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Microsoft.AspNetCore.Http.Features;

namespace Lakehouse.Gateway.Keys;

/// <summary><c>/v1/keys</c>, for the operator: keys by which consumers call.</summary>
internal static class KeysApi
{
    private const int MostOnPage = 100;
    private const int MostGrace = 604_800;

    public static void MapKeys(this IEndpointRouteBuilder routes)
    {
        // made now, so that two consumers with one key stop the start and not the first request
        routes.ServiceProvider.GetRequiredService<ConsumerKeys>();
        var keys = routes.MapGroup("/v1/keys").AnswersOpenAiErrors();
        keys.AddEndpointFilter<OperatorOnly>();
        keys.MapPost("", CreateAsync).WithName("create_key").WithSummary("A new key for a consumer; its text is shown this once");
        keys.MapGet("", ListAsync).WithName("keys").WithSummary("Keys, oldest first, a page at a time");
        keys.MapGet("/{id}", ReadAsync).WithName("key").WithSummary("One key");
        keys.MapPost("/{id}/rotate", RotateAsync).WithName("rotate_key").WithSummary("A new text for a key; the old one is admitted until the grace ends");
        keys.MapDelete("/{id}", RevokeAsync).WithName("revoke_key").WithSummary("End a key at once; again does nothing");
    }

    private static async Task<IResult> CreateAsync(HttpContext context, KeyCommands commands, TimeProvider time)
    {
        var request = KeyRequest.Parse(await RequestBody.ReadAsync(context), time.GetUtcNow());
        var (key, text) = await commands.CreateAsync(request, context.Operator(), context.RequestAborted);
        return Secret(context, KeyView.Of(key, text) with { Limits = request.Limits }, StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListAsync(HttpContext context, KeyStore store)
    {
        var query = context.Request.Query;
        string[] known = ["after", "limit", "consumer"];
        if (query.Keys.FirstOrDefault(name => !known.Contains(name, StringComparer.Ordinal)) is { } odd)
        {
            throw ApiError.BadInput(odd, $"{odd} is not a parameter here; accepted are {string.Join(", ", known)}.");
        }

        var limit = 20;
        if (query["limit"] is [var text, ..] && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MostOnPage))
        {
            throw ApiError.BadInput("limit", $"limit is '{text}'; accepted is 1 to {MostOnPage}.");
        }

        var (after, consumer) = (query["after"].ToString(), query["consumer"].ToString());
        if (!after.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_'))
        {
            throw ApiError.BadInput("after", $"after is '{after}'; accepted is the last_id of a page.");
        }

        if (consumer.Length > 0 && !ConsumerName.IsValid(consumer))
        {
            throw ApiError.BadInput("consumer", $"consumer is '{consumer}'; accepted is a name of {ConsumerName.Accepted}.");
        }

        var found = await store.ListAsync(after, limit + 1, consumer.Length > 0 ? consumer : null, context.RequestAborted);
        var page = found.Take(limit).Select(KeyView.Of).ToList();
        return TypedResults.Ok(new KeyPage(page, found.Count > limit, page.LastOrDefault()?.Id));
    }

    private static async Task<IResult> ReadAsync(string id, KeyCommands commands, CancellationToken cancellationToken) =>
        TypedResults.Ok(KeyView.Of(await commands.FindAsync(id, cancellationToken)));

    private static async Task<IResult> RotateAsync(string id, HttpContext context, KeyCommands commands)
    {
        var hasBody = context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true } && context.Request.ContentLength != 0;
        var fields = new BodyFields(hasBody ? await RequestBody.ReadAsync(context) : new JsonObject()).Only("grace_seconds");
        var grace = fields.Number("grace_seconds", 0, MostGrace, $"0 to {MostGrace} (a week), 3600 where it is missing") ?? 3600;
        var (key, text) = await commands.RotateAsync(id, TimeSpan.FromSeconds(grace), context.Operator(), context.RequestAborted);
        return Secret(context, KeyView.Of(key, text), StatusCodes.Status200OK);
    }

    private static async Task<IResult> RevokeAsync(string id, HttpContext context, KeyCommands commands) =>
        TypedResults.Ok(KeyView.Of(await commands.RevokeAsync(id, context.Operator(), context.RequestAborted)));

    private static IResult Secret(HttpContext context, KeyView key, int status)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Location = $"/v1/keys/{key.Id}";
        return Results.Json(key, statusCode: status);
    }
}
