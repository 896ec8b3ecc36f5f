using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Requests;

namespace Lakehouse.Gateway.Chat;

/// <summary>
/// <c>POST /v1/chat</c> and its alias <c>/v1/chat/completions</c>. The path of a request, top to bottom:
/// admit → parse → route → for each attempt: plan, reserve, call, settle and record → answer.
/// </summary>
internal static class ChatApi
{
    public static void MapChat(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/chat", HandleAsync).AnswersOpenAiErrors().WithName("chat").WithSummary("A chat completion in OpenAI's shape, buffered or streamed");
        routes.MapPost("/v1/chat/completions", HandleAsync).AnswersOpenAiErrors().WithName("chat_completions").WithSummary("The same, where OpenAI's clients look for it");
        routes.Map("/v1/{**path}", NotFound).AnswersOpenAiErrors().WithName("unknown").ExcludeFromDescription();
    }

    private static async Task<IResult> HandleAsync(HttpContext context, ConsumerKeys keys, ChatEntry entry)
    {
        var caller = await keys.AdmitAsync(context);
        var request = ChatRequest.Parse(await RequestBody.ReadAsync(context));
        return await entry.AnswerAsync(context, caller, request, OpenAiShape.Instance);
    }

    private static IResult NotFound(HttpContext context) =>
        throw new ApiError(404, "not_found", $"{context.Request.Method} {context.Request.Path} is not served here; see docs/ for what is.");
}
