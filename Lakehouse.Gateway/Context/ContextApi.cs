using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Knowledge.Profiles;
using Microsoft.Extensions.Options;

namespace Lakehouse.Gateway.Context;

/// <summary><c>/v1/context</c>: what a chat about this would be given, with reasons, and without the call.</summary>
internal static class ContextApi
{
    public static void MapContext(this IEndpointRouteBuilder routes)
    {
        var context = routes.MapGroup("/v1/context").AnswersOpenAiErrors().WithTags("context");
        context.MapPost("", AskAsync).WithName("context").WithSummary("What is known that helps a task: each piece with why, score, tokens and age");
        context.MapGet("", ReadAsync).WithName("context_read").WithSummary("The same, asked with query parameters");
    }

    private static async Task<IResult> AskAsync(HttpContext context, ConsumerKeys keys, ProfileBook profiles, IOptions<ContextOptions> options, ContextBuilder builder, CancellationToken cancellationToken)
    {
        var caller = await keys.AdmitAsync(context);
        return TypedResults.Ok(await builder.BuildAsync(ContextQuestion.Parse(caller.Consumer, await RequestBody.ReadAsync(context), profiles, options.Value) with { Caller = caller }, cancellationToken));
    }

    private static async Task<IResult> ReadAsync(HttpContext context, ConsumerKeys keys, ProfileBook profiles, IOptions<ContextOptions> options, ContextBuilder builder, CancellationToken cancellationToken)
    {
        var caller = await keys.AdmitAsync(context);
        return TypedResults.Ok(await builder.BuildAsync(ContextQuestion.Parse(caller.Consumer, context.Request.Query, profiles, options.Value) with { Caller = caller }, cancellationToken));
    }
}
